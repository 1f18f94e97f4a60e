package dev.facet.cli;

/** A command that can't do what it was asked to; the message is the sentence that the user sees. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommandFailure(String message) {
        super(message);
    }
}
