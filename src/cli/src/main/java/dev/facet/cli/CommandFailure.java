package dev.facet.cli;

/** A command that can't do what it was asked to; the message is the sentence that the user sees. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private final int exitCode;

    CommandFailure(String message) {
        this(message, FAILED);
    }

    private CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Options or arguments that don't go together, or are missing. */
    static CommandFailure usage(String message) {
        return new CommandFailure(message, MISUSED);
    }

    /** What the process exits with. */
    int exitCode() {
        return exitCode;
    }
}
