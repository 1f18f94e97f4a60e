package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The packs that answer. Readers take a lease from an immutable {@link RegistryState} behind a volatile and never wait;
 * changes are made one at a time: check, prepare and self-test aside, then file, index and state, each replaced atomically.
 * On any failure the state is as it was. Every stored version is resident, up to a limit. Thread-safe.
 */
public final class PackRegistry implements AutoCloseable {
    private final PackPreparation preparation;
    private final PackStore store;
    private final RegistryLimits limits;
    private final RegistryListener listener;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile RegistryState state;
    private boolean closed;

    private PackRegistry(
            PackPreparation preparation,
            PackStore store,
            RegistryLimits limits,
            RegistryListener listener,
            RegistryState opened) {
        this.preparation = preparation;
        this.store = store;
        this.limits = limits;
        this.listener = listener;
        this.state = opened;
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
        Opening opening = new Opening(preparation, store, store.readIndex(), limits.maxPacks(), listener);
        return new PackRegistry(preparation, store, limits, listener, opening.open());
    }

    /** A lease on the pack that answers for a name now. */
    public Lease acquire(String name) {
        return lease(snapshot -> snapshot.requireActive(name));
    }

    /** A lease on one version of a pack. */
    public Lease acquire(PackId id) {
        return lease(snapshot -> snapshot.require(id));
    }

    /** A lease on the pack that answers for a kind now. */
    public Lease acquireDefault(String kind) {
        return lease(snapshot -> snapshot.requireActive(snapshot.requireDefault(kind)));
    }

    private Lease lease(Function<Snapshot, Held> lookup) {
        while (true) {
            Held held = lookup.apply(state.snapshot());
            if (held.tryHold()) {
                return new Lease(held);
            }
            // Swapped between get and hold: read again.
        }
    }

    /** Name of the pack that answers for a kind. */
    public String defaultOf(String kind) {
        return state.snapshot().requireDefault(kind);
    }

    /** All resident packs, by name and version. */
    public List<PackView> packs() {
        return state.snapshot().views();
    }

    /** One pack. */
    public PackView pack(PackId id) {
        Snapshot snapshot = state.snapshot();
        return snapshot.view(snapshot.require(id));
    }

    /** All versions of a pack, lowest first. */
    public List<PackView> versions(String name) {
        return state.snapshot().versions(name);
    }

    /** Name of the default pack by kind. */
    public Map<String, String> defaults() {
        return new TreeMap<>(state.snapshot().defaults());
    }

    /** Packs that should be resident and aren't. */
    public List<PackFailure> failures() {
        return state.failures();
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
        ModulatorPack pack = checkUpload(upload, id, options);
        Snapshot current = state.snapshot();
        Held existing = current.find(id);
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
            commit(state.plugged(held, options.activate()));
            PackView plugged = state.snapshot().view(held);
            listener.plugged(plugged, (System.nanoTime() - begin) / 1e9);
            return new Plugged(plugged, true);
        } catch (IOException | RuntimeException e) {
            held.release();
            throw e;
        }
    }

    /** The pack in an upload, if it is what the caller announced and nothing else is there under its address. */
    private ModulatorPack checkUpload(Path upload, PackId id, PlugOptions options) throws IOException {
        if (options.createOnly() && state.snapshot().find(id) != null) {
            throw new PackConflictException(
                    PackConflictException.Conflict.PRECONDITION_FAILED, "version exists: pack='%s'".formatted(id));
        }
        ModulatorPack pack = preparation.read(upload);
        String expected = options.expectedDigest().orElse(pack.digest());
        if (!expected.equals(pack.digest())) {
            throw new PackException(
                    PackFault.CONTENT_DIGEST_MISMATCH,
                    "content digest: value=%s, expected=%s".formatted(pack.digest(), expected));
        }
        PackId actual = PackId.of(pack.manifest());
        if (!actual.equals(id)) {
            throw new PackException(
                    PackFault.WRONG_ADDRESS, "pack says it is '%s', address says '%s'".formatted(actual, id));
        }
        String stored = state.digestOf(id).orElse(pack.digest());
        if (!stored.equals(pack.digest())) {
            throw new PackConflictException(
                    PackConflictException.Conflict.VERSION_EXISTS,
                    "version exists with other bytes: pack='%s', digest=%s, uploaded=%s; make a new version"
                            .formatted(id, stored, pack.digest()));
        }
        return pack;
    }

    /**
     * Removes a version, also one that failed when the registry opened; requests that hold it finish on it. Where it answered
     * for its name, the highest other version does then.
     */
    public void remove(PackId id) throws IOException {
        changes.lock();
        try {
            Snapshot current = state.snapshot();
            if (closed || state.digestOf(id).isEmpty()) {
                throw current.unknown(id);
            }
            commit(state.removed(id));
            Held held = current.find(id);
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
            Held held = state.snapshot().require(id);
            commit(state.activated(id));
            return state.snapshot().view(held);
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
            Held held = state.snapshot().requireActive(name);
            String actual = held.prepared().manifest().task().id();
            if (!actual.equals(kind)) {
                throw new PackConflictException(
                        PackConflictException.Conflict.WRONG_KIND,
                        "pack is of another kind: name='%s', kind='%s', expected='%s'".formatted(name, actual, kind));
            }
            commit(state.withDefault(kind, name));
        } finally {
            changes.unlock();
        }
    }

    /** The index first: what readers see is on disk already. */
    private void commit(RegistryState next) throws IOException {
        store.writeIndex(next.index());
        state = next;
    }

    /** Releases every pack; leases that are still open keep theirs until they close. */
    @Override
    public void close() {
        changes.lock();
        try {
            Snapshot last = state.snapshot();
            closed = true;
            state = state.closed();
            last.packs().values().forEach(Held::release);
        } finally {
            changes.unlock();
        }
    }
}
