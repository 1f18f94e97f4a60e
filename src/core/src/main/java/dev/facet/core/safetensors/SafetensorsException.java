package dev.facet.core.safetensors;

/** A file that isn't a safetensors file within the limits; the message says what is wrong and what was expected. */
public final class SafetensorsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SafetensorsException(String message) {
        super(message);
    }

    public SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
