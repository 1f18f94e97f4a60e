/**
 * What is seen of a request while it is answered: it tells the metrics, the spans and the log. Read {@link
 * dev.facet.server.observation.ObservedRequest}; whoever makes a request for the runtime depends on it.
 */
package dev.facet.server.observation;
