package dev.facet.trainer.engine;

/** PyTorch's native library can't be used here; the message says on which platform, and why. */
public final class TorchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TorchException(String message, Throwable cause) {
        super(message, cause);
    }
}
