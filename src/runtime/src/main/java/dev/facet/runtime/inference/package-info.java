/**
 * From an image to a prediction: input, turn, run, decoding. Read {@link dev.facet.runtime.inference.Predictor}. Depends on
 * {@code engine} and {@code schedule}; the server and the command line use it alike.
 */
package dev.facet.runtime.inference;
