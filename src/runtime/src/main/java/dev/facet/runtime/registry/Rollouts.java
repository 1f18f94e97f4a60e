package dev.facet.runtime.registry;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * How the requests of packs are divided between versions, and where a promotion began. Immutable, and part of the index.
 *
 * @param weights percent by version by name, of the names whose requests are divided; the active version is one of at least two
 * @param previous by name, the version that was active until another one was promoted, as long as that is the active one
 */
record Rollouts(Map<String, Map<String, Integer>> weights, Map<String, String> previous) {
    static final Rollouts NONE = new Rollouts(Map.of(), Map.of());
    static final int WHOLE = 100;
    static final int MAX_VERSIONS = 10;
    private static final int MIN_VERSIONS = 2;

    Rollouts {
        Map<String, Map<String, Integer>> copy = new TreeMap<>();
        weights.forEach((name, shares) -> {
            checkWeights(shares);
            shares.keySet().forEach(version -> new PackId(name, version));
            copy.put(name, Collections.unmodifiableMap(new TreeMap<>(shares)));
        });
        weights = Collections.unmodifiableMap(copy);
        previous = Collections.unmodifiableMap(new TreeMap<>(previous));
        previous.forEach(PackId::new);
    }

    /** @throws IllegalArgumentException unless they are 2 to 10 percentages that add up to 100 */
    static void checkWeights(Map<String, Integer> weights) {
        if (weights.size() < MIN_VERSIONS || weights.size() > MAX_VERSIONS) {
            throw new IllegalArgumentException(
                    "weights: versions=%d, expected %d..%d".formatted(weights.size(), MIN_VERSIONS, MAX_VERSIONS));
        }
        long sum = 0;
        for (Map.Entry<String, Integer> entry : weights.entrySet()) {
            Integer weight = entry.getValue();
            if (weight == null || weight < 0 || weight > WHOLE) {
                throw new IllegalArgumentException("weights: version='%s', weight=%d, expected a percentage, 0..%d"
                        .formatted(entry.getKey(), weight, WHOLE));
            }
            sum += weight;
        }
        if (sum != WHOLE) {
            throw new IllegalArgumentException("weights: sum=%d, expected %d".formatted(sum, WHOLE));
        }
    }

    boolean isDivided(String name) {
        return weights.containsKey(name);
    }

    boolean hasShare(PackId id) {
        return weights.getOrDefault(id.name(), Map.of()).containsKey(id.version());
    }

    /**
     * The version that a request gets. The active one has the end of the range, so that a weight that grows moves requests from it to
     * the other and no request from one of the others to another.
     *
     * @param active version; may be none of those
     */
    String choose(String name, String active, Route route) {
        int left = route.percent(name);
        for (Map.Entry<String, Integer> share : weights.get(name).entrySet()) {
            if (share.getKey().equals(active)) {
                continue;
            }
            if (left < share.getValue()) {
                return share.getKey();
            }
            left -= share.getValue();
        }
        return active;
    }

    Rollouts divided(String name, Map<String, Integer> shares) {
        Map<String, Map<String, Integer>> more = new TreeMap<>(weights);
        more.put(name, shares);
        return new Rollouts(more, without(name).previous);
    }

    /** With a promotion, which another one may be rolled back to. */
    Rollouts promoted(String name, String before) {
        Map<String, String> more = new TreeMap<>(previous);
        more.put(name, before);
        return new Rollouts(without(name).weights, more);
    }

    /** With nothing of a name. */
    Rollouts without(String name) {
        Map<String, Map<String, Integer>> fewerWeights = new TreeMap<>(weights);
        Map<String, String> fewerPrevious = new TreeMap<>(previous);
        fewerWeights.remove(name);
        fewerPrevious.remove(name);
        return new Rollouts(fewerWeights, fewerPrevious);
    }

    /**
     * As it is after a change: the share of a version that is no longer there goes to the active one, and what has no other version, or
     * no active one, is over.
     *
     * @param active the active version of a name; null where there is none
     * @param isThere whether a version of a name can be asked for beside its active one
     */
    Rollouts among(UnaryOperator<String> active, BiPredicate<String, String> isThere) {
        Map<String, Map<String, Integer>> left = new TreeMap<>();
        weights.forEach((name, shares) -> {
            Map<String, Integer> kept = new TreeMap<>();
            String answering = active.apply(name);
            if (answering != null) {
                kept.put(answering, 0);
                shares.forEach((version, weight) ->
                        kept.merge(isThere.test(name, version) ? version : answering, weight, Integer::sum));
            }
            if (kept.size() >= MIN_VERSIONS) {
                left.put(name, kept);
            }
        });
        Map<String, String> before = new TreeMap<>(previous);
        before.entrySet()
                .removeIf(entry -> entry.getValue().equals(active.apply(entry.getKey()))
                        || !isThere.test(entry.getKey(), entry.getValue()));
        return new Rollouts(left, before);
    }
}
