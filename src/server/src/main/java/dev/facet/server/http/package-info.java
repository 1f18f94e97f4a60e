/**
 * What every request passes before and after its resource: ids, bodies and their limits, who may manage, problem documents.
 * Read {@link dev.facet.server.http.RequestChecks} and {@link dev.facet.server.http.RequestBodies} first. Depends on
 * {@code problem}, {@code configuration}, {@code access} and the runtime; resources depend on it.
 */
package dev.facet.server.http;
