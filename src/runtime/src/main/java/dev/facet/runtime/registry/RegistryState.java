package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A registry at one moment: what answers, what the data directory remembers, and what is missing. Immutable; a change gives
 * the state after it and touches neither files nor packs.
 *
 * @param snapshot what answers
 * @param index what the data directory says in this state
 * @param seeds addresses in the models folder, removed and shadowed ones too
 * @param failures packs that should be registered and aren't
 */
record RegistryState(Snapshot snapshot, Index index, Set<PackId> seeds, List<PackFailure> failures) {
    RegistryState {
        seeds = Set.copyOf(seeds);
        failures = List.copyOf(failures);
    }

    /** The pack that answers for a name. */
    RegisteredPack requireActive(String name) {
        RegisteredPack pack = snapshot.activeOf(name);
        if (pack != null) {
            return pack;
        }
        String chosen = index.active().get(name);
        Optional<PackFailure> failure = chosen == null
                ? failures.stream()
                        .filter(candidate -> candidate.concerns(name)
                                || candidate
                                        .id()
                                        .filter(id -> id.name().equals(name))
                                        .isPresent())
                        .findFirst()
                : failure(new PackId(name, chosen));
        throw failure.map(RegistryState::unavailable).orElseGet(() -> snapshot.noSuchName(name));
    }

    /** The pack under an address. */
    RegisteredPack require(PackId id) {
        RegisteredPack pack = snapshot.find(id);
        if (pack != null) {
            return pack;
        }
        throw failure(id).map(RegistryState::unavailable).orElseGet(() -> snapshot.unknown(id));
    }

    private Optional<PackFailure> failure(PackId id) {
        return failures.stream().filter(failure -> failure.concerns(id)).findFirst();
    }

    private static RuntimeException unavailable(PackFailure failure) {
        return new PackUnavailableException(failure.pack(), failure.reason(), RegisteredPack.RETRY_PAUSE, null);
    }

    /** Whether there is a pack under an address, registered or failed. */
    boolean knows(PackId id) {
        return snapshot.find(id) != null
                || index.uploaded().containsKey(id.toString())
                || failures.stream().anyMatch(failure -> failure.id().equals(Optional.of(id)));
    }

    /**
     * With one more pack, uploaded; one that failed when the registry opened gets its places back.
     *
     * @param plan that was chosen for it, and is remembered; empty where it follows from the pack and the engine
     */
    RegistryState plugged(RegisteredPack pack, boolean activate, Optional<Plan> plan) {
        PackDescription description = pack.description();
        String name = description.id().name();
        String kind = description.kind();
        Snapshot next = snapshot.with(pack, activate || wasChosen(description.id()));
        if (name.equals(index.defaults().get(kind)) && next.activeOf(name) == pack) {
            next = next.withDefault(kind, name);
        }
        Index stored = index.withUpload(description.id(), description.digest(), plan);
        return after(next, stored, failuresWithout(description.id()));
    }

    /**
     * With a registered pack in the place of the one that has its bytes: under another plan, or under the same that was chosen now.
     *
     * @param plan that was chosen for it, and is remembered; empty where it follows from the pack and the engine
     */
    RegistryState replanned(RegisteredPack pack, Optional<Plan> plan) {
        return after(snapshot.with(pack, false), index.withPlan(pack.id(), plan), failuresWithout(pack.id()));
    }

    /** Without a version; where it answered for its name, the highest other one does. */
    RegistryState removed(PackId id) {
        List<PackFailure> left = failures.stream()
                .filter(failure -> !failure.id().equals(Optional.of(id)))
                .toList();
        return after(snapshot.without(id, wasChosen(id)), index.without(id, seeds.contains(id)), left);
    }

    /** Without the failure of the seed file of that name that doesn't say which pack it is. */
    RegistryState withoutSeedFile(String name) {
        List<PackFailure> left =
                failures.stream().filter(failure -> !failure.concerns(name)).toList();
        return new RegistryState(snapshot, index.withoutSeedFile(name), seeds, left);
    }

    /** Without failures of a version that is there after all. */
    RegistryState withoutFailures(PackId id) {
        return new RegistryState(snapshot, index, seeds, failuresWithout(id));
    }

    /** With a registered version answering for its name. */
    RegistryState activated(PackId id) {
        return after(snapshot.withActive(id), index, failures);
    }

    /** With an active pack answering for its kind. */
    RegistryState withDefault(String kind, String name) {
        return after(snapshot.withDefault(kind, name), index.withDefault(kind, name), failures);
    }

    /** With no pack registered; the data directory is as it was. */
    RegistryState closed() {
        return new RegistryState(Snapshot.EMPTY, index, seeds, failures);
    }

    private boolean wasChosen(PackId id) {
        return id.version().equals(index.active().get(id.name()));
    }

    private List<PackFailure> failuresWithout(PackId id) {
        return failures.stream().filter(failure -> !failure.concerns(id)).toList();
    }

    /** The index takes the snapshot's choices; what was chosen for packs that failed when the registry opened is kept. */
    private RegistryState after(Snapshot next, Index stored, List<PackFailure> left) {
        Map<String, String> active = new TreeMap<>(next.active());
        Map<String, String> defaults = new TreeMap<>(next.defaults());
        stored.active().forEach((name, version) -> {
            PackId id = new PackId(name, version);
            boolean failed = next.find(id) == null && stored.uploaded().containsKey(id.toString());
            if (failed && active.putIfAbsent(name, version) == null) {
                stored.defaults().forEach((kind, of) -> {
                    if (of.equals(name)) {
                        defaults.put(kind, name);
                    }
                });
            }
        });
        return new RegistryState(next, stored.withChoices(active, defaults), seeds, left);
    }
}
