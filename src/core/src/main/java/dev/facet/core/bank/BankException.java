package dev.facet.core.bank;

/** A bank that can't be accepted; the message says what is wrong and what was expected. */
public final class BankException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BankException(String message) {
        super(message);
    }

    public BankException(String message, Throwable cause) {
        super(message, cause);
    }
}
