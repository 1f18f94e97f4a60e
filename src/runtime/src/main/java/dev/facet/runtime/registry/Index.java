package dev.facet.runtime.registry;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
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
 * <p>Format 1 is that of servers which know no roll-outs, and is written as long as there are none. Those servers refuse format 2: they
 * would send every request to the active version.
 *
 * @param format 1, or 2 with roll-outs
 * @param uploaded digest by {@code name@version} of the files under {@code packs/}
 * @param removedSeeds {@code name@version} of packs of the models folder that were removed; {@code name} for its file {@code
 *     name.safetensors} that couldn't be read, and is no failure any more
 * @param active version by name, where it was chosen
 * @param defaults name by kind
 * @param plans plan by {@code name@version}, where one was chosen
 * @param rollouts how requests are divided between versions; empty in format 1
 */
record Index(
        int format,
        Map<String, String> uploaded,
        Set<String> removedSeeds,
        Map<String, String> active,
        Map<String, String> defaults,
        Map<String, Plan> plans,

        // The last one: an older server has read the format by then, and says that it doesn't know it.
        @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
        @JsonSetter(nulls = Nulls.FAIL)
        @JsonInclude(JsonInclude.Include.NON_ABSENT)
        Optional<Rollouts> rollouts) {
    private static final int PLAIN = 1;
    private static final int WITH_ROLLOUTS = 2;

    static final Index EMPTY = new Index(Map.of(), Set.of(), Map.of(), Map.of(), Map.of(), Rollouts.NONE);

    Index {
        if (format != PLAIN && format != WITH_ROLLOUTS) {
            throw new IllegalArgumentException(
                    "unknown index format: format=%d, expected %d or %d".formatted(format, PLAIN, WITH_ROLLOUTS));
        }
        if (rollouts.isPresent() != (format == WITH_ROLLOUTS)) {
            throw new IllegalArgumentException("index: format=%d, expected 'rollouts' in format %d and in no other"
                    .formatted(format, WITH_ROLLOUTS));
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

    /** In the oldest format that holds it. */
    Index(
            Map<String, String> uploaded,
            Set<String> removedSeeds,
            Map<String, String> active,
            Map<String, String> defaults,
            Map<String, Plan> plans,
            Rollouts rollouts) {
        this(
                rollouts.equals(Rollouts.NONE) ? PLAIN : WITH_ROLLOUTS,
                uploaded,
                removedSeeds,
                active,
                defaults,
                plans,
                Optional.of(rollouts).filter(each -> !each.equals(Rollouts.NONE)));
    }

    Index withDefault(String kind, String name) {
        Map<String, String> changed = new TreeMap<>(defaults);
        changed.put(kind, name);
        return new Index(format, uploaded, removedSeeds, active, changed, plans, rollouts);
    }

    Index withChoices(Map<String, String> newActive, Map<String, String> newDefaults, Rollouts newRollouts) {
        return new Index(uploaded, removedSeeds, newActive, newDefaults, plans, newRollouts);
    }

    /** With a file under {@code packs/}, new or in another's place. */
    Index withUpload(PackId id, String digest, Optional<Plan> plan) {
        Map<String, String> more = new TreeMap<>(uploaded);
        more.put(id.toString(), digest);
        return new Index(format, more, removedSeeds, active, defaults, plans, rollouts).withPlan(id, plan);
    }

    /** With a plan that was chosen for a version, or none any more. */
    Index withPlan(PackId id, Optional<Plan> plan) {
        Map<String, Plan> newPlans = new TreeMap<>(plans);
        newPlans.remove(id.toString());
        plan.ifPresent(chosen -> newPlans.put(id.toString(), chosen));
        return new Index(format, uploaded, removedSeeds, active, defaults, newPlans, rollouts);
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
        return new Index(format, fewer, removed, active, defaults, newPlans, rollouts);
    }

    /** Without the failure of a seed's file that can't be read. */
    Index withoutSeedFile(String name) {
        Set<String> removed = new TreeSet<>(removedSeeds);
        removed.add(name);
        return new Index(format, uploaded, removed, active, defaults, plans, rollouts);
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
                new TreeMap<>(plans),
                rollouts));
    }
}
