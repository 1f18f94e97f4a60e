package dev.facet.runtime.registry;

import dev.facet.core.digest.Sha256;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How the requests to a name are divided, as it was when this was taken.
 *
 * @param name of the pack
 * @param active the active version
 * @param weights percent by version, of those that get requests which say no version; the active one alone, or with others
 * @param previous the version to roll back to after a promotion
 * @param versions the registered ones of {@code weights}, lowest first
 */
public record Traffic(
        String name,
        Optional<String> active,
        Map<String, Integer> weights,
        Optional<String> previous,
        List<PackView> versions) {
    public Traffic {
        weights = Map.copyOf(weights);
        versions = List.copyOf(versions);
    }

    /**
     * Checks weights, as far as that can be said without a registry.
     *
     * @throws IllegalArgumentException unless they are 2 to 10 percentages that add up to 100
     */
    public static void checkWeights(Map<String, Integer> weights) {
        Rollouts.checkWeights(weights);
    }

    static Traffic of(String name, RegistryState state) {
        if (state.versions(name).isEmpty()) {
            throw state.snapshot().noSuchName(name);
        }
        Rollouts rollouts = state.snapshot().rollouts();
        Optional<String> active = Optional.ofNullable(state.activeVersion(name));
        Map<String, Integer> alone =
                active.map(version -> Map.of(version, Rollouts.WHOLE)).orElse(Map.of());
        Map<String, Integer> weights = rollouts.weights().getOrDefault(name, alone);
        return new Traffic(
                name,
                active,
                weights,
                Optional.ofNullable(rollouts.previous().get(name)),
                state.snapshot().packs().values().stream()
                        .filter(pack -> pack.id().name().equals(name)
                                && weights.containsKey(pack.id().version()))
                        .map(state.snapshot()::view)
                        .toList());
    }

    /** Whether several versions have a share, if one of nothing. */
    public boolean isDivided() {
        return weights.size() > 1;
    }

    /** What tells this state from others: of the versions and weights, not of whether packs are open. */
    public String tag() {
        String shares = new TreeMap<>(weights)
                .entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining(","));
        String digests = versions.stream().map(PackView::digest).collect(Collectors.joining(","));
        return Sha256.hex(String.join("\n", name, active.orElse(""), shares, previous.orElse(""), digests));
    }
}
