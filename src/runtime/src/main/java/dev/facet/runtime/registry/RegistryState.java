package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

    /** The pack that answers a request to a name. */
    RegisteredPack requireAnswering(String name, Route route) {
        Rollouts rollouts = snapshot.rollouts();
        return rollouts.isDivided(name)
                ? require(new PackId(name, rollouts.choose(name, activeVersion(name), route)))
                : requireActive(name);
    }

    /** The version that answers for a name, also one that failed when the registry opened; null where there is none. */
    String activeVersion(String name) {
        String version = snapshot.active().get(name);
        return version != null ? version : index.active().get(name);
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

    /** All versions of a name that {@link #knows} says are there, lowest first. */
    List<PackId> versions(String name) {
        Set<PackId> ids = new TreeSet<>(snapshot.packs().keySet());
        index.uploaded().keySet().forEach(id -> ids.add(PackId.parse(id)));
        failures.forEach(failure -> failure.id().ifPresent(ids::add));
        return ids.stream().filter(id -> id.name().equals(name)).toList();
    }

    /** Addresses in the models folder that were removed, and that nothing else took since. */
    List<PackId> removedSeeds() {
        return seeds.stream()
                .filter(id -> index.removedSeeds().contains(id.toString()) && !knows(id))
                .sorted()
                .toList();
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
        boolean wasChosen = wasChosen(description.id());
        Snapshot next = snapshot.with(pack, activate || wasChosen);
        if (activate && !wasChosen) {
            next = next.with(next.rollouts().without(name));
        }
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

    /** With a registered version answering for its name, and no other beside it. */
    RegistryState activated(PackId id) {
        return with(snapshot.withActive(id), snapshot.rollouts().without(id.name()));
    }

    /** The same, with the way back to the version that answered until now. */
    RegistryState promoted(PackId id) {
        return with(snapshot.withActive(id), snapshot.rollouts().promoted(id.name(), activeVersion(id.name())));
    }

    /** With a name's requests divided between its versions. */
    RegistryState divided(String name, Map<String, Integer> weights) {
        return with(snapshot, snapshot.rollouts().divided(name, weights));
    }

    /** With a name's requests going to its active version. */
    RegistryState undivided(String name) {
        return with(snapshot, snapshot.rollouts().without(name));
    }

    private RegistryState with(Snapshot next, Rollouts rollouts) {
        return after(next.with(rollouts), index, failures);
    }

    /** With an active pack answering for its kind. */
    RegistryState withDefault(String kind, String name) {
        return after(snapshot.withDefault(kind, name), index.withDefault(kind, name), failures);
    }

    /** With no pack registered; the data directory is as it was. */
    RegistryState closed() {
        return new RegistryState(Snapshot.EMPTY, index, seeds, failures);
    }

    /** With the roll-outs that the data directory remembers. */
    RegistryState withStoredRollouts() {
        return new RegistryState(snapshot.with(left(index.rollouts().orElse(Rollouts.NONE))), index, seeds, failures);
    }

    private RegistryState with(Rollouts rollouts) {
        Rollouts left = left(rollouts);
        return new RegistryState(
                snapshot.with(left), index.withChoices(index.active(), index.defaults(), left), seeds, failures);
    }

    /** Of roll-outs, those that there are versions for. */
    private Rollouts left(Rollouts rollouts) {
        return rollouts.among(
                name -> {
                    String active = activeVersion(name);
                    return active != null && knows(new PackId(name, active)) ? active : null;
                },
                this::isThere);
    }

    /** Whether a version can stand beside the active one: it is known, and as far as that is known, of the same kind. */
    private boolean isThere(String name, String version) {
        PackId id = new PackId(name, version);
        RegisteredPack pack = snapshot.find(id);
        RegisteredPack answering = snapshot.activeOf(name);
        boolean sameKind = pack == null
                || answering == null
                || pack.description().kind().equals(answering.description().kind());
        return knows(id) && sameKind;
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
        RegistryState state = new RegistryState(next, stored.withChoices(active, defaults, Rollouts.NONE), seeds, left);
        return state.with(next.rollouts());
    }
}
