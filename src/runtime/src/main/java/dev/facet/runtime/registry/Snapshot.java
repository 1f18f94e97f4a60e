package dev.facet.runtime.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * All that the registry knows at one moment. Immutable.
 *
 * @param packs resident packs by address
 * @param active version by name
 * @param defaults name by kind
 */
record Snapshot(NavigableMap<PackId, Held> packs, Map<String, String> active, Map<String, String> defaults) {
    static final Snapshot EMPTY = new Snapshot(new TreeMap<>(), Map.of(), Map.of());

    Snapshot {
        packs = Collections.unmodifiableNavigableMap(new TreeMap<>(packs));
        active = Map.copyOf(active);
        defaults = Map.copyOf(defaults);
    }

    Held find(PackId id) {
        return packs.get(id);
    }

    /** The pack that answers for a name; null where there is none. */
    Held activeOf(String name) {
        String version = active.get(name);
        return version == null ? null : packs.get(new PackId(name, version));
    }

    /** The pack under an address. */
    Held require(PackId id) {
        Held held = find(id);
        if (held == null) {
            throw unknown(id);
        }
        return held;
    }

    UnknownPackException unknown(PackId id) {
        return new UnknownPackException("no such version: pack='%s', plugged=%s".formatted(id, packs.keySet()));
    }

    /** The pack that answers for a name. */
    Held requireActive(String name) {
        Held held = activeOf(name);
        if (held == null) {
            throw noSuchName(name);
        }
        return held;
    }

    private UnknownPackException noSuchName(String name) {
        return new UnknownPackException("no pack plugged: name='%s', plugged=%s"
                .formatted(name, active.keySet().stream().sorted().toList()));
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
    Snapshot with(Held held, boolean activate) {
        NavigableMap<PackId, Held> morePacks = new TreeMap<>(packs);
        morePacks.put(held.id(), held);
        Map<String, String> newActive = new TreeMap<>(active);
        if (activate) {
            newActive.put(held.id().name(), held.id().version());
        }
        return new Snapshot(morePacks, newActive, defaults).withDefaults();
    }

    /** Without a pack; where it was the chosen one, the highest of the name's other versions answers in its place. */
    Snapshot without(PackId id, boolean chosen) {
        NavigableMap<PackId, Held> fewer = new TreeMap<>(packs);
        fewer.remove(id);
        Map<String, String> newActive = new TreeMap<>(active);
        if (chosen || id.version().equals(active.get(id.name()))) {
            newActive.remove(id.name());
            fewer.navigableKeySet().stream()
                    .filter(other -> other.name().equals(id.name()))
                    .reduce((first, second) -> second)
                    .ifPresent(highest -> newActive.put(highest.name(), highest.version()));
        }
        return new Snapshot(fewer, newActive, defaults).withDefaults();
    }

    Snapshot withActive(PackId id) {
        Map<String, String> newActive = new TreeMap<>(active);
        newActive.put(id.name(), id.version());
        return new Snapshot(packs, newActive, defaults).withDefaults();
    }

    /** With no version answering for a name. */
    Snapshot withoutActive(String name) {
        Map<String, String> newActive = new TreeMap<>(active);
        newActive.remove(name);
        return new Snapshot(packs, newActive, defaults).withDefaults();
    }

    Snapshot withDefault(String kind, String name) {
        Map<String, String> newDefaults = new TreeMap<>(defaults);
        newDefaults.put(kind, name);
        return new Snapshot(packs, active, newDefaults);
    }

    /** A kind keeps its default as long as that answers for the kind; else the first active pack of the kind takes over. */
    private Snapshot withDefaults() {
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
        return new Snapshot(packs, active, kept);
    }

    private String kindOf(String name) {
        Held held = activeOf(name);
        return held == null ? null : held.prepared().manifest().task().id();
    }

    List<PackView> views() {
        List<PackView> views = new ArrayList<>();
        packs.values().forEach(held -> views.add(view(held)));
        return List.copyOf(views);
    }

    PackView view(Held held) {
        String kind = held.prepared().manifest().task().id();
        boolean isActive = held.id().version().equals(active.get(held.id().name()));
        return new PackView(
                held.id(),
                held.prepared().manifest(),
                held.prepared().digest(),
                held.prepared().plan(),
                held.prepared().sizeBytes(),
                isActive,
                isActive && held.id().name().equals(defaults.get(kind)),
                held.isSeed(),
                held.file());
    }

    /** All versions of a pack, lowest first. */
    List<PackView> versions(String name) {
        List<PackView> versions =
                views().stream().filter(view -> view.id().name().equals(name)).toList();
        if (versions.isEmpty()) {
            throw noSuchName(name);
        }
        return versions;
    }
}
