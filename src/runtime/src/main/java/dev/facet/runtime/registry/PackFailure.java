package dev.facet.runtime.registry;

import java.util.Optional;

/**
 * A pack that should answer and can't.
 *
 * @param id its address; empty for a file that doesn't say which pack it is
 * @param file name of its file
 * @param reason what is wrong with it
 * @param otherBank whether all that is wrong is that it was made for another bank than the server's
 */
public record PackFailure(Optional<PackId> id, String file, String reason, boolean otherBank) {
    /** A pack that is wrong in itself. */
    public PackFailure(Optional<PackId> id, String file, String reason) {
        this(id, file, reason, false);
    }

    /** Its address, or its file's name where it couldn't be read. */
    public String pack() {
        return id.map(PackId::toString).orElse(file);
    }

    /** Whether it is about that version: by its address, or by its file's name where it has none. */
    boolean concerns(PackId version) {
        return id.map(version::equals).orElseGet(() -> concerns(version.name()));
    }

    /** Whether a file that doesn't say which pack it is has that name. */
    boolean concerns(String name) {
        return id.isEmpty() && file.equals(name + PackStore.SUFFIX);
    }
}
