package dev.facet.runtime.registry;

import dev.facet.core.json.StrictJson;
import dev.facet.core.pack.Plan;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the data directory remembers, replaced atomically: the one commit point of every change.
 *
 * @param format 1
 * @param uploaded digest by {@code name@version} of the files under {@code packs/}
 * @param removedSeeds {@code name@version} of packs of the models folder that were removed; {@code name} for its file {@code
 *     name.safetensors} that couldn't be read, and is no failure any more
 * @param active version by name, where it was chosen
 * @param defaults name by kind
 * @param plans plan by {@code name@version}, where one was chosen
 */
record Index(
        int format,
        Map<String, String> uploaded,
        Set<String> removedSeeds,
        Map<String, String> active,
        Map<String, String> defaults,
        Map<String, Plan> plans) {
    static final Index EMPTY = new Index(1, Map.of(), Set.of(), Map.of(), Map.of(), Map.of());

    Index {
        if (format != 1) {
            throw new IllegalArgumentException("unknown index format: format=%d, expected=1".formatted(format));
        }
        uploaded = Map.copyOf(uploaded);
        removedSeeds = Set.copyOf(removedSeeds);
        active = Map.copyOf(active);
        defaults = Map.copyOf(defaults);
        plans = Map.copyOf(plans);
        uploaded.keySet().forEach(PackId::parse);
        removedSeeds.forEach(PackReference::parse);
        plans.keySet().forEach(PackId::parse);
    }

    Index withDefault(String kind, String name) {
        Map<String, String> changed = new TreeMap<>(defaults);
        changed.put(kind, name);
        return new Index(format, uploaded, removedSeeds, active, changed, plans);
    }

    Index withChoices(Map<String, String> newActive, Map<String, String> newDefaults) {
        return new Index(format, uploaded, removedSeeds, newActive, newDefaults, plans);
    }

    /** With a file under {@code packs/}, new or in another's place. */
    Index withUpload(PackId id, String digest, Optional<Plan> plan) {
        Map<String, String> more = new TreeMap<>(uploaded);
        more.put(id.toString(), digest);
        return new Index(format, more, removedSeeds, active, defaults, plans).withPlan(id, plan);
    }

    /** With a plan that was chosen for a version, or none any more. */
    Index withPlan(PackId id, Optional<Plan> plan) {
        Map<String, Plan> newPlans = new TreeMap<>(plans);
        newPlans.remove(id.toString());
        plan.ifPresent(chosen -> newPlans.put(id.toString(), chosen));
        return new Index(format, uploaded, removedSeeds, active, defaults, newPlans);
    }

    /**
     * Without a version.
     *
     * @param seed whether the models folder has it too, where it stays: then it is remembered as removed
     */
    Index without(PackId id, boolean seed) {
        Map<String, String> fewer = new TreeMap<>(uploaded);
        Map<String, Plan> newPlans = new TreeMap<>(plans);
        Set<String> removed = new TreeSet<>(removedSeeds);
        fewer.remove(id.toString());
        newPlans.remove(id.toString());
        if (seed) {
            removed.add(id.toString());
        }
        return new Index(format, fewer, removed, active, defaults, newPlans);
    }

    /** Without the failure of a seed's file that can't be read. */
    Index withoutSeedFile(String name) {
        Set<String> removed = new TreeSet<>(removedSeeds);
        removed.add(name);
        return new Index(format, uploaded, removed, active, defaults, plans);
    }

    static Index parse(String json) {
        return StrictJson.read(json, Index.class);
    }

    String toJson() {
        return StrictJson.write(new Index(
                format,
                new TreeMap<>(uploaded),
                new TreeSet<>(removedSeeds),
                new TreeMap<>(active),
                new TreeMap<>(defaults),
                new TreeMap<>(plans)));
    }
}
