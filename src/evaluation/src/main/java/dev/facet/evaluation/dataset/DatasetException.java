package dev.facet.evaluation.dataset;

/** A data set that can't be used as asked; the message names the file and says what was expected of it. */
public final class DatasetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DatasetException(String message) {
        super(message);
    }

    public DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
