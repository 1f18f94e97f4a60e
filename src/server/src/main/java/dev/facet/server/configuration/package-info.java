/**
 * The keys that operators set. Read {@link dev.facet.server.configuration.FacetConfiguration} first. Stands alone; every
 * package of the server may depend on it.
 */
package dev.facet.server.configuration;
