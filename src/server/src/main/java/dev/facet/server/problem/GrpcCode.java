package dev.facet.server.problem;

/** The status codes of gRPC that problems become, by their numbers on the wire. */
public enum GrpcCode {
    OK(0),
    CANCELLED(1),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    ALREADY_EXISTS(6),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    FAILED_PRECONDITION(9),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14),
    UNAUTHENTICATED(16);

    private final int number;

    GrpcCode(int number) {
        this.number = number;
    }

    /** As it is sent. */
    public int number() {
        return number;
    }

    /** The code that a problem's status means. */
    public static GrpcCode of(Problem problem) {
        return switch (problem.status()) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 405, 501 -> UNIMPLEMENTED;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 409 -> problem.code() == ProblemCode.VERSION_EXISTS ? ALREADY_EXISTS : FAILED_PRECONDITION;
            case 412 -> FAILED_PRECONDITION;
            case 413, 429 -> RESOURCE_EXHAUSTED;
            case 499 -> CANCELLED;
            case 503 -> UNAVAILABLE;
            default -> problem.status() >= 500 ? INTERNAL : INVALID_ARGUMENT;
        };
    }
}
