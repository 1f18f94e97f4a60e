package dev.facet.runtime.registry;

import dev.facet.runtime.engine.PreparedPack;
import java.nio.file.Path;

/** A resident pack and the count of those who hold it: the registry, and every lease. Closes with the last of them. */
final class Held {
    private final PackId id;
    private final PreparedPack prepared;
    private final Path file;
    private final boolean seed;
    private int holders = 1;

    Held(PackId id, PreparedPack prepared, Path file, boolean seed) {
        this.id = id;
        this.prepared = prepared;
        this.file = file;
        this.seed = seed;
    }

    PackId id() {
        return id;
    }

    PreparedPack prepared() {
        return prepared;
    }

    Path file() {
        return file;
    }

    /** Whether its file lies in the read-only models folder. */
    boolean isSeed() {
        return seed;
    }

    synchronized boolean tryHold() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    void release() {
        boolean last;
        synchronized (this) {
            if (holders == 0) {
                throw new IllegalStateException("pack released too often: %s (bug)".formatted(id));
            }
            holders--;
            last = holders == 0;
        }
        if (last) {
            prepared.close();
        }
    }
}
