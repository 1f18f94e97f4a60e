/**
 * What every request passes before and after its resource: ids, limits on bodies, problem documents. Read
 * {@link dev.facet.server.http.Gate} first. Depends on {@code problem} and {@code configuration}; resources depend on it.
 */
package dev.facet.server.http;
