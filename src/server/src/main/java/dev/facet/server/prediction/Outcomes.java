package dev.facet.server.prediction;

import dev.facet.server.problem.Problem;

/** The values of the label {@code outcome}: few, so that the metric stays small. */
final class Outcomes {
    static final String OK = "ok";

    private Outcomes() {}

    static String of(Problem problem) {
        return switch (problem.status()) {
            case 429 -> "rejected";
            case 499 -> "cancelled";
            case 503 -> "unavailable";
            case 504 -> "timeout";
            default -> problem.status() >= 500 ? "error" : "invalid";
        };
    }
}
