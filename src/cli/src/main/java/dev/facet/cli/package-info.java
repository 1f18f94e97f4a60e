/**
 * The command line. Read {@link dev.facet.cli.FacetMain} first, then the command of the name you look for. Depends on core,
 * evaluation and runtime; nobody depends on it.
 */
package dev.facet.cli;
