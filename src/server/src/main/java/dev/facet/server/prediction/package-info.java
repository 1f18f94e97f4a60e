/**
 * Predictions over HTTP: one task per call, or several for one image. Read
 * {@link dev.facet.server.prediction.PredictionResource} and {@link dev.facet.server.prediction.PredictionHandler} first. Depends on
 * {@code image}, {@code bundle}, {@code http}, {@code metrics} and {@code problem}; {@code inference} depends on it.
 */
package dev.facet.server.prediction;
