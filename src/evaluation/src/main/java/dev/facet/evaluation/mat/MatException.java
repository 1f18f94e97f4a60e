package dev.facet.evaluation.mat;

/** A MAT file that can't be read, or a value in it that is of another kind than asked for. */
public final class MatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MatException(String message) {
        super(message);
    }

    public MatException(String message, Throwable cause) {
        super(message, cause);
    }
}
