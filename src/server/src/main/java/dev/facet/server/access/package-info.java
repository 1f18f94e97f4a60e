/**
 * Who calls: the keys there are, what their bearers may do, and how much. Read {@link dev.facet.server.access.AccessKeys} and
 * {@link dev.facet.server.access.Caller} first. Depends on {@code configuration} and the runtime; {@code http}, which asks for the
 * keys, and {@code health} depend on it.
 */
package dev.facet.server.access;
