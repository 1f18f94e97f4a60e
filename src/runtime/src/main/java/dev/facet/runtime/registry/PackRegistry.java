package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The packs that answer. Readers take a lease from an immutable snapshot behind a volatile and never wait; changes are made
 * one at a time: check, prepare and self-test aside, then file, index and snapshot, each replaced atomically. On any failure
 * the state is as it was. Every stored version is resident, up to a limit. Thread-safe.
 */
public final class PackRegistry implements AutoCloseable {
    private final PackPreparation preparation;
    private final PackStore store;
    private final RegistryLimits limits;
    private final RegistryListener listener;
    private final ReentrantLock changes = new ReentrantLock();
    private final Set<PackId> seeds;
    private volatile Snapshot snapshot;
    private volatile List<PackFailure> failures;
    private Index index;
    private boolean closed;

    /**
     * Limits of a registry.
     *
     * @param maxPacks resident packs
     * @param selfTestTolerance largest tolerance that a pack's self-test may ask for
     */
    public record RegistryLimits(int maxPacks, double selfTestTolerance) {
        public RegistryLimits {
            if (maxPacks < 1 || !(selfTestTolerance > 0)) {
                throw new IllegalArgumentException(
                        "registry limits: maxPacks=%d, selfTestTolerance=%s".formatted(maxPacks, selfTestTolerance));
            }
        }
    }

    /** What plugging did: the pack, and whether it is new. */
    public record Plugged(PackView pack, boolean created) {}

    private PackRegistry(
            PackPreparation preparation,
            PackStore store,
            RegistryLimits limits,
            RegistryListener listener,
            Index index,
            Opening.Opened opened) {
        this.preparation = preparation;
        this.store = store;
        this.limits = limits;
        this.listener = listener;
        this.index = index;
        this.snapshot = opened.snapshot();
        this.failures = opened.failures();
        this.seeds = opened.seeds();
    }

    /**
     * Opens the registry: plugs the seed packs that weren't removed, then the uploaded ones. A pack that can't be plugged is
     * one of the {@link #failures}, and doesn't stop the others.
     *
     * @param engine stays the caller's
     * @param store stays the caller's
     */
    public static PackRegistry open(Engine engine, PackStore store, RegistryLimits limits, RegistryListener listener)
            throws IOException {
        PackPreparation preparation = new PackPreparation(engine, limits.selfTestTolerance());
        Index index = store.readIndex();
        Opening opening = new Opening(preparation, store, index, limits.maxPacks(), listener);
        return new PackRegistry(preparation, store, limits, listener, index, opening.open());
    }

    /** A lease on the pack that answers for a name now. */
    public Lease acquire(String name) {
        while (true) {
            Snapshot current = snapshot;
            Held held = current.activeOf(name);
            if (held == null) {
                throw noSuchName(name, current);
            }
            if (held.tryHold()) {
                return new Lease(held);
            }
            // Swapped between get and hold: read again.
        }
    }

    /** A lease on one version of a pack. */
    public Lease acquire(PackId id) {
        while (true) {
            Held held = snapshot.find(id);
            if (held == null) {
                throw unknown(id);
            }
            if (held.tryHold()) {
                return new Lease(held);
            }
        }
    }

    /** A lease on the pack that answers for a kind now. */
    public Lease acquireDefault(String kind) {
        while (true) {
            Snapshot current = snapshot;
            // Its defaults are active packs: see Snapshot.
            Held held = current.activeOf(defaultOf(kind, current));
            if (held.tryHold()) {
                return new Lease(held);
            }
            // Swapped between get and hold: read again.
        }
    }

    /** Name of the pack that answers for a kind. */
    public String defaultOf(String kind) {
        return defaultOf(kind, snapshot);
    }

    private static String defaultOf(String kind, Snapshot current) {
        return current.defaultOf(kind)
                .orElseThrow(() -> new UnknownPackException("no pack answers for this kind: kind='%s', kinds=%s"
                        .formatted(
                                kind,
                                current.defaults().keySet().stream().sorted().toList())));
    }

    /** All resident packs, by name and version. */
    public List<PackView> packs() {
        return snapshot.views();
    }

    /** One pack. */
    public PackView pack(PackId id) {
        Snapshot current = snapshot;
        Held held = current.find(id);
        if (held == null) {
            throw unknown(id);
        }
        return current.view(held);
    }

    /** All versions of a pack, lowest first. */
    public List<PackView> versions(String name) {
        List<PackView> versions = snapshot.views().stream()
                .filter(view -> view.id().name().equals(name))
                .toList();
        if (versions.isEmpty()) {
            throw noSuchName(name, snapshot);
        }
        return versions;
    }

    /** Name of the default pack by kind. */
    public Map<String, String> defaults() {
        return new TreeMap<>(snapshot.defaults());
    }

    /** Packs that should be resident and aren't. */
    public List<PackFailure> failures() {
        return failures;
    }

    private static UnknownPackException noSuchName(String name, Snapshot current) {
        return new UnknownPackException("no pack plugged: name='%s', plugged=%s"
                .formatted(name, current.active().keySet().stream().sorted().toList()));
    }

    private UnknownPackException unknown(PackId id) {
        return new UnknownPackException("no such version: pack='%s', plugged=%s"
                .formatted(id, snapshot.packs().keySet()));
    }

    /**
     * Plugs an uploaded file.
     *
     * @param upload from {@link PackStore#newUpload()}, complete; it is gone or still there afterwards, the caller deletes it
     * @param id address that the caller gave, which must be the manifest's
     * @throws PackException if the pack is refused
     * @throws PackConflictException if it contradicts what is there
     * @throws IOException if it can't be stored
     */
    public Plugged plug(Path upload, PackId id, PlugOptions options) throws IOException {
        changes.lock();
        try {
            return plugLocked(upload, id, options);
        } catch (PackException | PackConflictException e) {
            listener.refused(id, e);
            throw e;
        } finally {
            changes.unlock();
        }
    }

    private Plugged plugLocked(Path upload, PackId id, PlugOptions options) throws IOException {
        if (closed) {
            throw new IllegalStateException("registry is closed: pack='%s'".formatted(id));
        }
        long begin = System.nanoTime();
        Snapshot current = snapshot;
        Held existing = current.find(id);
        if (existing != null && options.createOnly()) {
            throw new PackConflictException(
                    PackConflictException.Conflict.PRECONDITION_FAILED, "version exists: pack='%s'".formatted(id));
        }
        ModulatorPack pack = preparation.read(upload);
        options.expectedDigest()
                .filter(expected -> !expected.equals(pack.digest()))
                .ifPresent(expected -> {
                    throw new PackException(
                            PackFault.CONTENT_DIGEST_MISMATCH,
                            "content digest: value=%s, expected=%s".formatted(pack.digest(), expected));
                });
        PackId actual = PackId.of(pack.manifest());
        if (!actual.equals(id)) {
            throw new PackException(
                    PackFault.WRONG_ADDRESS, "pack says it is '%s', address says '%s'".formatted(actual, id));
        }
        String stored = existing != null
                ? existing.prepared().digest()
                : index.uploaded().get(id.toString());
        if (stored != null && !stored.equals(pack.digest())) {
            throw new PackConflictException(
                    PackConflictException.Conflict.VERSION_EXISTS,
                    "version exists with other bytes: pack='%s', digest=%s, uploaded=%s; make a new version"
                            .formatted(id, stored, pack.digest()));
        }
        if (existing != null) {
            return new Plugged(current.view(existing), false);
        }
        if (current.packs().size() >= limits.maxPacks()) {
            throw new PackConflictException(
                    PackConflictException.Conflict.TOO_MANY_PACKS,
                    "as many packs as may be resident: packs=%d, expected at most %d; remove one first"
                            .formatted(current.packs().size(), limits.maxPacks()));
        }
        Held held = preparation.prepare(pack, id, store.fileOf(id), false, options.plan());
        try {
            store.adopt(upload, id);
            Snapshot next = with(held, options.activate());
            commit(next, changedIndex(next, id, Optional.of(pack.digest()), options.plan()));
            failures = without(failures, id);
            listener.plugged(next.view(held), (System.nanoTime() - begin) / 1e9);
            return new Plugged(next.view(held), true);
        } catch (IOException | RuntimeException e) {
            held.release();
            throw e;
        }
    }

    /** The current snapshot with one more pack; one that failed when the registry opened gets its places back. */
    private Snapshot with(Held held, boolean activate) {
        String name = held.id().name();
        String kind = held.prepared().manifest().task().id();
        boolean wasActive = held.id().version().equals(index.active().get(name));
        Snapshot next = snapshot.with(held, activate || wasActive);
        boolean wasDefault = name.equals(index.defaults().get(kind)) && next.activeOf(name) == held;
        return wasDefault ? next.withDefault(kind, name) : next;
    }

    private static List<PackFailure> without(List<PackFailure> failures, PackId id) {
        return failures.stream()
                .filter(failure -> !failure.pack().equals(id.toString()))
                .toList();
    }

    /**
     * Removes a version, also one that failed when the registry opened; requests that hold it finish on it. Where it answered
     * for its name, the highest other version does then.
     */
    public void remove(PackId id) throws IOException {
        changes.lock();
        try {
            Snapshot current = snapshot;
            Held held = current.find(id);
            if (held == null && (closed || !index.uploaded().containsKey(id.toString()))) {
                throw unknown(id);
            }
            Snapshot next =
                    current.without(id, id.version().equals(index.active().get(id.name())));
            commit(next, changedIndex(next, id, Optional.empty(), Plan.FACTORED));
            failures = without(failures, id);
            if (held != null) {
                listener.removed(current.view(held));
                held.release();
            }
            if (held == null || !held.isSeed()) {
                store.delete(id);
            }
        } finally {
            changes.unlock();
        }
    }

    /** Makes a version answer for its name: a switch, or a roll-back. */
    public PackView activate(PackId id) throws IOException {
        changes.lock();
        try {
            Snapshot current = snapshot;
            Held held = current.find(id);
            if (held == null) {
                throw unknown(id);
            }
            Snapshot next = current.withActive(id);
            commit(next, indexOf(next, index.uploaded(), index.removedSeeds(), index.plans()));
            return next.view(held);
        } finally {
            changes.unlock();
        }
    }

    /** Makes a pack answer for its kind. */
    public void setDefault(String kind, String name) throws IOException {
        if (!TaskKind.IDS.contains(kind)) {
            throw new UnknownPackException("unknown kind: kind='%s', expected one of %s".formatted(kind, TaskKind.IDS));
        }
        changes.lock();
        try {
            Snapshot current = snapshot;
            Held held = current.activeOf(name);
            if (held == null) {
                throw noSuchName(name, current);
            }
            String actual = held.prepared().manifest().task().id();
            if (!actual.equals(kind)) {
                throw new PackConflictException(
                        PackConflictException.Conflict.WRONG_KIND,
                        "pack is of another kind: name='%s', kind='%s', expected='%s'".formatted(name, actual, kind));
            }
            Snapshot next = current.withDefault(kind, name);
            Index nextIndex = indexOf(next, index.uploaded(), index.removedSeeds(), index.plans());
            commit(next, nextIndex.withDefault(kind, name));
        } finally {
            changes.unlock();
        }
    }

    private void commit(Snapshot next, Index nextIndex) throws IOException {
        store.writeIndex(nextIndex);
        index = nextIndex;
        snapshot = next;
    }

    /** The index with a version uploaded (a digest) or removed (none). */
    private Index changedIndex(Snapshot next, PackId id, Optional<String> digest, Plan plan) {
        Map<String, String> uploaded = new TreeMap<>(index.uploaded());
        Set<String> removed = new TreeSet<>(index.removedSeeds());
        Map<String, Plan> plans = new TreeMap<>(index.plans());
        uploaded.remove(id.toString());
        plans.remove(id.toString());
        digest.ifPresent(value -> uploaded.put(id.toString(), value));
        if (digest.isEmpty() && seeds.contains(id)) {
            removed.add(id.toString());
        }
        if (plan != Plan.FACTORED) {
            plans.put(id.toString(), plan);
        }
        return indexOf(next, uploaded, removed, plans);
    }

    /** The index of a snapshot; what was chosen for packs that failed when the registry opened is kept. */
    private Index indexOf(
            Snapshot next, Map<String, String> uploaded, Set<String> removedSeeds, Map<String, Plan> plans) {
        Map<String, String> active = new TreeMap<>(next.active());
        Map<String, String> defaults = new TreeMap<>(next.defaults());
        index.active().forEach((name, version) -> {
            PackId id = new PackId(name, version);
            boolean failed = next.find(id) == null && uploaded.containsKey(id.toString());
            if (failed && active.putIfAbsent(name, version) == null) {
                index.defaults().forEach((kind, of) -> {
                    if (of.equals(name)) {
                        defaults.put(kind, name);
                    }
                });
            }
        });
        return new Index(1, uploaded, removedSeeds, active, defaults, plans);
    }

    /** Releases every pack; leases that are still open keep theirs until they close. */
    @Override
    public void close() {
        changes.lock();
        try {
            Snapshot last = snapshot;
            closed = true;
            snapshot = Snapshot.EMPTY;
            last.packs().values().forEach(Held::release);
        } finally {
            changes.unlock();
        }
    }
}
