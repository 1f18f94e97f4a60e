package dev.facet.runtime.prediction;

/** The pack that was named is of another task kind than the one that was asked for. */
public final class WrongKindException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongKindException(String pack, String kind, String expected) {
        super("pack is of another kind: pack='%s', kind='%s', expected '%s'".formatted(pack, kind, expected));
    }
}
