package dev.facet.core.image;

/** An image that can't be used; the message says what is wrong and what was expected. */
public final class ImageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ImageFault fault;

    public ImageException(ImageFault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public ImageException(ImageFault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public ImageFault fault() {
        return fault;
    }
}
