/**
 * From an image's file to encoded predictions, for every transport. Read {@link
 * dev.facet.runtime.prediction.PredictionService} first: it is the way of a request, from top to bottom. Depends on {@code
 * registry}, {@code engine} and {@code schedule}; the command line uses {@link dev.facet.runtime.prediction.NetworkInputs} alone.
 */
package dev.facet.runtime.prediction;
