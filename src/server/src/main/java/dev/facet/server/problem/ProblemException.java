package dev.facet.server.problem;

/** A request that can't be answered, for a reason that the HTTP layer itself found. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(int status, ProblemCode code, String detail) {
        this(new Problem(status, code, detail));
    }

    /** A query parameter with a value that isn't understood: 400. */
    public static ProblemException parameter(String name, String value, String expected) {
        String detail = "bad parameter: %s='%s', expected %s".formatted(name, shortened(value), expected);
        return new ProblemException(new Problem(400, ProblemCode.INVALID_PARAMETER, detail).with("parameter", name));
    }

    public Problem problem() {
        return problem;
    }

    private static String shortened(String value) {
        return value.length() > 80 ? value.substring(0, 80) + "…" : value;
    }
}
