package dev.facet.exchange.publish;

import java.util.Optional;

/** A server that refused a pack, or didn't answer; the message is for people. */
public final class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    /**
     * @param status HTTP status; 0 where there was no answer
     * @param code the problem's stable code; null where the server gave none
     */
    public PublishException(int status, String code, String message, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
    }

    /** HTTP status of the answer, 0 where there was none. */
    public int status() {
        return status;
    }

    /** The {@code code} of the server's problem document. */
    public Optional<String> code() {
        return Optional.ofNullable(code);
    }
}
