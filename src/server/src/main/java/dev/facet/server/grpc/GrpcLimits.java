package dev.facet.server.grpc;

import java.time.Duration;

/**
 * What is accepted of a message.
 *
 * @param messageBytes of it, without coding
 * @param messageTime from its first byte to its last, in a stream
 */
record GrpcLimits(long messageBytes, Duration messageTime) {}
