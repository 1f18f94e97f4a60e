/**
 * The client's side of putting a pack on a server. Read {@link dev.facet.exchange.publish.PackPublisher}. Depends on {@code pack}
 * and {@code json}.
 */
package dev.facet.exchange.publish;
