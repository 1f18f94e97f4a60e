/**
 * Whether a server keeps to the Open Inference Protocol v2 and those of its extensions that it names, table by table of the
 * specification: see {@link dev.facet.integration.conformance.Target} for how to point it at another server.
 */
package dev.facet.integration.conformance;
