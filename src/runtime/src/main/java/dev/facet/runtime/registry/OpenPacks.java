package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Signature;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The packs in memory and the native bytes that each alone holds. Beyond the limit those that were not used for longest are
 * closed: never one that somebody holds or that is to stay open, and the last one on a shared session after all others,
 * since its session, which takes seconds to build, closes with it. Whatever a plan makes a pack hold counts, by {@code
 * PreparedPack.sizeBytes}. Thread-safe.
 */
final class OpenPacks {
    private final long limitBytes;
    private final Predicate<PackId> staysOpen;
    private final Map<RegisteredPack, Long> bytes = new LinkedHashMap<>(16, 0.75f, true);
    private long totalBytes;

    /** @param staysOpen whether a pack is never closed for room; must return at once */
    OpenPacks(long limitBytes, Predicate<PackId> staysOpen) {
        this.limitBytes = limitBytes;
        this.staysOpen = staysOpen;
    }

    /** Counts a pack that was opened; returns those that were closed for it. */
    synchronized List<RegisteredPack> add(RegisteredPack pack) {
        long size = pack.sizeBytes();
        // It may have been removed since, and is closed then.
        if (pack.isOpen()) {
            Long before = bytes.put(pack, size);
            totalBytes += size - (before == null ? 0 : before);
        }
        return makeRoom();
    }

    /** A pack was used: others are closed before it. */
    synchronized void used(RegisteredPack pack) {
        bytes.get(pack);
    }

    /** A pack is closed. */
    synchronized void remove(RegisteredPack pack) {
        Long size = bytes.remove(pack);
        totalBytes -= size == null ? 0 : size;
    }

    synchronized int count() {
        return bytes.size();
    }

    synchronized long totalBytes() {
        return totalBytes;
    }

    private List<RegisteredPack> makeRoom() {
        List<RegisteredPack> closed = new ArrayList<>();
        if (totalBytes <= limitBytes) {
            return closed;
        }
        Map<Object, Integer> onSession = new HashMap<>();
        bytes.keySet().forEach(pack -> onSession.merge(session(pack), 1, Integer::sum));
        for (boolean lastOnes : new boolean[] {false, true}) {
            for (RegisteredPack pack : List.copyOf(bytes.keySet())) {
                boolean last =
                        onSession.get(session(pack)) == 1 && pack.description().plan() == Plan.FACTORED;
                if (totalBytes > limitBytes && (lastOnes || !last) && !staysOpen.test(pack.id()) && pack.tryClose()) {
                    remove(pack);
                    onSession.merge(session(pack), -1, Integer::sum);
                    closed.add(pack);
                }
            }
        }
        return closed;
    }

    /** What packs share a session by. */
    private static Object session(RegisteredPack pack) {
        return pack.description().plan() == Plan.FACTORED
                ? Signature.of(pack.description().manifest())
                : pack;
    }
}
