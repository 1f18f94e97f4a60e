/**
 * The Open Inference Protocol, whichever way it comes: models, requests and answers, and the repository. A pack is two models, see
 * {@link dev.facet.server.inference.ModelName}. Read {@link dev.facet.server.inference.InferenceHandler} first. Depends on {@code
 * prediction}, {@code metrics}, {@code http} and {@code problem}; {@code inference.rest} and {@code inference.grpc} depend on it.
 */
package dev.facet.server.inference;
