package dev.facet.core.access;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a key may do. */
public enum Scope {
    /** Ask for predictions. */
    PREDICT,
    /** Change the packs, and download them. */
    MANAGE;

    /** As it is written: {@code predict}, {@code manage}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scope that is written so; empty where there is none. */
    public static Optional<Scope> of(String id) {
        return Stream.of(values()).filter(scope -> scope.id().equals(id)).findFirst();
    }
}
