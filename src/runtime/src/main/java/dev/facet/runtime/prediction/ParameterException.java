package dev.facet.runtime.prediction;

/** What a client asked for doesn't go with its image, or is above a limit. */
public final class ParameterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String parameter;
    private final String value;
    private final String expected;

    ParameterException(String parameter, String value, String expected) {
        super("bad parameter: %s='%s', expected %s".formatted(parameter, value, expected));
        this.parameter = parameter;
        this.value = value;
        this.expected = expected;
    }

    /** Its name, as in addresses. */
    public String parameter() {
        return parameter;
    }

    public String value() {
        return value;
    }

    /** What would have been accepted, in words. */
    public String expected() {
        return expected;
    }
}
