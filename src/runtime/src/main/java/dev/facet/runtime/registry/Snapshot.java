package dev.facet.runtime.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All that the registry knows at one moment. Immutable.
 *
 * @param packs registered packs by address
 * @param active version by name
 * @param defaults name by kind
 * @param rollouts how requests are divided between versions
 */
record Snapshot(
        NavigableMap<PackId, RegisteredPack> packs,
        Map<String, String> active,
        Map<String, String> defaults,
        Rollouts rollouts) {
    private static final int MAX_SHOWN = 20;

    static final Snapshot EMPTY = new Snapshot(new TreeMap<>(), Map.of(), Map.of(), Rollouts.NONE);

    Snapshot {
        packs = Collections.unmodifiableNavigableMap(new TreeMap<>(packs));
        active = Map.copyOf(active);
        defaults = Map.copyOf(defaults);
    }

    RegisteredPack find(PackId id) {
        return packs.get(id);
    }

    /** The pack that answers for a name; null where there is none. */
    RegisteredPack activeOf(String name) {
        String version = active.get(name);
        return version == null ? null : packs.get(new PackId(name, version));
    }

    /** The pack under an address. */
    RegisteredPack require(PackId id) {
        RegisteredPack pack = find(id);
        if (pack == null) {
            throw unknown(id);
        }
        return pack;
    }

    UnknownPackException unknown(PackId id) {
        return new UnknownPackException("no such version: pack='%s', plugged=%s".formatted(id, first(packs.keySet())));
    }

    /** So many that a message stays readable. */
    private static String first(Collection<?> names) {
        List<String> shown =
                names.stream().limit(MAX_SHOWN).map(Object::toString).toList();
        return names.size() <= MAX_SHOWN
                ? shown.toString()
                : shown + " and %d more".formatted(names.size() - MAX_SHOWN);
    }

    /** The pack that answers for a name. */
    RegisteredPack requireActive(String name) {
        RegisteredPack pack = activeOf(name);
        if (pack == null) {
            throw noSuchName(name);
        }
        return pack;
    }

    UnknownPackException noSuchName(String name) {
        return new UnknownPackException("no pack plugged: name='%s', plugged=%s"
                .formatted(name, first(active.keySet().stream().sorted().toList())));
    }

    /** Name of the pack that answers for a kind; it is active. */
    String requireDefault(String kind) {
        String name = defaults.get(kind);
        if (name == null) {
            throw new UnknownPackException("no pack answers for this kind: kind='%s', kinds=%s"
                    .formatted(kind, defaults.keySet().stream().sorted().toList()));
        }
        return name;
    }

    /** With one more pack, or another one in its place. */
    Snapshot with(RegisteredPack pack, boolean activate) {
        NavigableMap<PackId, RegisteredPack> morePacks = new TreeMap<>(packs);
        morePacks.put(pack.id(), pack);
        Map<String, String> newActive = new TreeMap<>(active);
        if (activate) {
            newActive.put(pack.id().name(), pack.id().version());
        }
        return new Snapshot(morePacks, newActive, defaults, rollouts).withDefaults();
    }

    /** Without a pack; where it was the chosen one, the highest of the name's other versions answers in its place. */
    Snapshot without(PackId id, boolean chosen) {
        NavigableMap<PackId, RegisteredPack> fewer = new TreeMap<>(packs);
        fewer.remove(id);
        Map<String, String> newActive = new TreeMap<>(active);
        if (chosen || id.version().equals(active.get(id.name()))) {
            newActive.remove(id.name());
            fewer.navigableKeySet().stream()
                    .filter(other -> other.name().equals(id.name()))
                    .reduce((first, second) -> second)
                    .ifPresent(highest -> newActive.put(highest.name(), highest.version()));
        }
        return new Snapshot(fewer, newActive, defaults, rollouts).withDefaults();
    }

    Snapshot withActive(PackId id) {
        Map<String, String> newActive = new TreeMap<>(active);
        newActive.put(id.name(), id.version());
        return new Snapshot(packs, newActive, defaults, rollouts).withDefaults();
    }

    Snapshot with(Rollouts changed) {
        return new Snapshot(packs, active, defaults, changed);
    }

    Snapshot withDefault(String kind, String name) {
        Map<String, String> newDefaults = new TreeMap<>(defaults);
        newDefaults.put(kind, name);
        return new Snapshot(packs, active, newDefaults, rollouts);
    }

    /** A kind keeps its default as long as that answers for the kind; else the first active pack of the kind takes over. */
    Snapshot withDefaults() {
        Map<String, String> kept = new TreeMap<>();
        defaults.forEach((kind, name) -> {
            if (kind.equals(kindOf(name))) {
                kept.put(kind, name);
            }
        });
        active.keySet().stream().sorted().forEach(name -> {
            String kind = kindOf(name);
            if (kind != null) {
                kept.putIfAbsent(kind, name);
            }
        });
        return new Snapshot(packs, active, kept, rollouts);
    }

    private String kindOf(String name) {
        RegisteredPack pack = activeOf(name);
        return pack == null ? null : pack.description().kind();
    }

    /** Packs by address, from the one after that address on; null for the first. */
    List<PackView> views(PackId after, int limit) {
        NavigableMap<PackId, RegisteredPack> rest = after == null ? packs : packs.tailMap(after, false);
        return rest.values().stream().limit(limit).map(this::view).toList();
    }

    PackView view(RegisteredPack pack) {
        PackDescription description = pack.description();
        boolean isActive = pack.id().version().equals(active.get(pack.id().name()));
        return new PackView(
                description,
                isActive,
                weight(pack.id(), isActive),
                isActive && pack.id().name().equals(defaults.get(description.kind())),
                pack.state(),
                pack.sizeBytes(),
                pack.failure(),
                pack.file());
    }

    private int weight(PackId id, boolean isActive) {
        Map<String, Integer> shares = rollouts.weights().get(id.name());
        return shares == null ? isActive ? Rollouts.WHOLE : 0 : shares.getOrDefault(id.version(), 0);
    }

    /** Whether a pack answers for its kind. */
    boolean isDefault(PackId id) {
        return id.version().equals(active.get(id.name())) && defaults.containsValue(id.name());
    }

    /** Whether a setting means that pack. */
    boolean isMeant(PackId id, List<PackReference> references) {
        return references.stream()
                .anyMatch(reference -> reference.name().equals(id.name())
                        && reference
                                .version()
                                .map(id.version()::equals)
                                .orElseGet(() -> id.version().equals(active.get(id.name()))));
    }

    /** All versions of a pack, lowest first. */
    List<PackView> versions(String name) {
        List<PackView> versions = packs.tailMap(new PackId(name, "0"), true).values().stream()
                .takeWhile(pack -> pack.id().name().equals(name))
                .map(this::view)
                .toList();
        if (versions.isEmpty()) {
            throw noSuchName(name);
        }
        return versions;
    }
}
