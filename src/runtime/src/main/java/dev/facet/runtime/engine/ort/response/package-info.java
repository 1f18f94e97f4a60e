/**
 * Responses of plain networks, measured: what {@code bank decompose} and the checks of banks need, and serving doesn't. Read
 * {@link dev.facet.runtime.engine.ort.response.ResponseStatistics} first. Depends on {@code engine.ort}, which doesn't know it.
 */
package dev.facet.runtime.engine.ort.response;
