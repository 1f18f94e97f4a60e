package dev.facet.core.quantization;

/** A calibration that can't be accepted; the message says what is wrong and what was expected. */
public final class CalibrationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CalibrationException(String message) {
        super(message);
    }

    public CalibrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
