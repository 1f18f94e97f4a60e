package dev.facet.server.grpc;

import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;

/** The header {@code grpc-timeout}: up to eight digits and a unit. */
final class GrpcTimeout {
    private GrpcTimeout() {}

    /** @throws ProblemException 400 for anything else */
    static Optional<Duration> parse(String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (!header.matches("[0-9]{1,8}[HMSmun]")) {
            throw new ProblemException(
                    400,
                    ProblemCode.INVALID_HEADER,
                    "bad header: grpc-timeout, expected up to 8 digits and one of HMSmun");
        }
        long amount = Long.parseLong(header.substring(0, header.length() - 1));
        return Optional.of(
                switch (header.charAt(header.length() - 1)) {
                    case 'H' -> Duration.ofHours(amount);
                    case 'M' -> Duration.ofMinutes(amount);
                    case 'S' -> Duration.ofSeconds(amount);
                    case 'm' -> Duration.ofMillis(amount);
                    case 'u' -> Duration.ofNanos(1000 * amount);
                    default -> Duration.ofNanos(amount);
                });
    }
}
