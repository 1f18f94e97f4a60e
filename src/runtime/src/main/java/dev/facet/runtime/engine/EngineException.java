package dev.facet.runtime.engine;

/** The engine can't be opened, or a run failed in it; the message says what and what was expected. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public EngineException(String message) {
        super(message);
    }

    public EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
