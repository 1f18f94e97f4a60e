package dev.facet.cli.reliability;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a registry should say of one name: docs/api.md's rules, for whole numbers as versions.
 *
 * @param digests SHA-256 of each version's file
 * @param active the version that answers; empty where there is none
 */
record PackState(Map<Integer, String> digests, Optional<Integer> active) {
    static final PackState NONE = new PackState(Map.of(), Optional.empty());

    PackState {
        digests = Map.copyOf(digests);
        if (active.isPresent() != !digests.isEmpty()) {
            throw new IllegalArgumentException("active=%s, versions=%s: expected one of them"
                    .formatted(active.map(String::valueOf).orElse("none"), new TreeMap<>(digests).keySet()));
        }
    }

    /** An upload answers from then on. */
    PackState uploaded(int version, String digest) {
        Map<Integer, String> more = new TreeMap<>(digests);
        more.put(version, digest);
        return new PackState(more, Optional.of(version));
    }

    PackState activated(int version) {
        return new PackState(digests, Optional.of(version));
    }

    /** In the place of an active version that is removed comes the highest other one. */
    PackState removed(int version) {
        Map<Integer, String> fewer = new TreeMap<>(digests);
        fewer.remove(version);
        Optional<Integer> next = active.filter(fewer::containsKey);
        return new PackState(fewer, next.or(() -> fewer.keySet().stream().max(Comparator.naturalOrder())));
    }

    /** In words, for reports. */
    @Override
    public String toString() {
        return digests.isEmpty()
                ? "no versions"
                : "version %d of %s".formatted(active.orElseThrow(), new TreeMap<>(digests));
    }
}
