/**
 * Calls of gRPC on the server's HTTP port: frames, deadlines, status, streams; see docs/adr/0015. Bodies, their limits and their memory
 * are those of {@code http}. Read {@link dev.facet.server.grpc.GrpcRoutes} first. Depends on {@code http}, {@code image}, {@code response}
 * and {@code problem}; {@code inference.grpc} depends on it.
 */
package dev.facet.server.grpc;
