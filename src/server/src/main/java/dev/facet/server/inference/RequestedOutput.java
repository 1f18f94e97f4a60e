package dev.facet.server.inference;

import java.util.Optional;

/**
 * An output that a request asks for.
 *
 * @param name which of the model's
 * @param binary whether it comes as bytes; empty where the request as a whole decides
 */
public record RequestedOutput(String name, Optional<Boolean> binary) {}
