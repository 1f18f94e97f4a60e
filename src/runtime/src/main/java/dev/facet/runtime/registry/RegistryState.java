package dev.facet.runtime.registry;

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
 * @param failures packs that should be resident and aren't
 */
record RegistryState(Snapshot snapshot, Index index, Set<PackId> seeds, List<PackFailure> failures) {
    RegistryState {
        seeds = Set.copyOf(seeds);
        failures = List.copyOf(failures);
    }

    /** SHA-256 of the pack under an address, resident or failed when the registry opened; empty where there is none. */
    Optional<String> digestOf(PackId id) {
        Held held = snapshot.find(id);
        return held != null
                ? Optional.of(held.prepared().digest())
                : Optional.ofNullable(index.uploaded().get(id.toString()));
    }

    /** With one more pack, uploaded; one that failed when the registry opened gets its places back. */
    RegistryState plugged(Held held, boolean activate) {
        String name = held.id().name();
        String kind = held.prepared().manifest().task().id();
        Snapshot next = snapshot.with(held, activate || wasChosen(held.id()));
        if (name.equals(index.defaults().get(kind)) && next.activeOf(name) == held) {
            next = next.withDefault(kind, name);
        }
        Index stored = index.withUpload(
                held.id(), held.prepared().digest(), held.prepared().plan());
        return after(next, stored, failuresWithout(held.id()));
    }

    /** Without a version; where it answered for its name, the highest other one does. */
    RegistryState removed(PackId id) {
        return after(snapshot.without(id, wasChosen(id)), index.without(id, seeds.contains(id)), failuresWithout(id));
    }

    /** With a resident version answering for its name. */
    RegistryState activated(PackId id) {
        return after(snapshot.withActive(id), index, failures);
    }

    /** With an active pack answering for its kind. */
    RegistryState withDefault(String kind, String name) {
        return after(snapshot.withDefault(kind, name), index.withDefault(kind, name), failures);
    }

    /** With no pack resident; the data directory is as it was. */
    RegistryState closed() {
        return new RegistryState(Snapshot.EMPTY, index, seeds, failures);
    }

    private boolean wasChosen(PackId id) {
        return id.version().equals(index.active().get(id.name()));
    }

    private List<PackFailure> failuresWithout(PackId id) {
        return failures.stream()
                .filter(failure -> !failure.pack().equals(id.toString()))
                .toList();
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
