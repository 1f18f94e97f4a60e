/**
 * Predictions as files: PNG, JPEG overlays, NumPy, raw bytes, JSON. Read {@link
 * dev.facet.core.encoding.PredictionEncoder} first. Depends on {@code task} and {@code image}.
 */
package dev.facet.core.encoding;
