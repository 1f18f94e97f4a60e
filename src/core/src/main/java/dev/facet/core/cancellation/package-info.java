/**
 * How long work is wanted: deadlines and cancellation, from the transport down to decoders and the engine. Read {@link
 * dev.facet.core.cancellation.Cancellation}. Stands alone; everything may depend on it.
 */
package dev.facet.core.cancellation;
