/**
 * The Open Inference Protocol over gRPC, and gRPC's health checks. Read {@link dev.facet.server.inference.grpc.InferenceService} first.
 * Depends on {@code inference} and {@code grpc}; nothing depends on it.
 */
package dev.facet.server.inference.grpc;
