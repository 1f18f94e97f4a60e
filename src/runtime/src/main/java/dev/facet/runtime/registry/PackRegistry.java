package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackException;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The packs that answer. Readers take a lease from an immutable {@link RegistryState} behind a volatile and never wait for a
 * change. A change is prepared aside (read, compiled, self-tested), then checked again and committed, one at a time: file,
 * index and state, each replaced atomically. On any failure the state is as it was. Every stored version is registered;
 * those in use are open, within a budget ({@link OpenPacks}), the others are opened by their first run. Thread-safe.
 */
public final class PackRegistry implements AutoCloseable {
    private final PackStore store;
    private final RegistrySettings settings;
    private final RegistryListener listener;
    private final OpenPacks openPacks;
    private final PackOpener opener;
    private final CommittedState state;
    private final PackUploads uploads;
    private final TrafficControl traffic;
    private final CompletableFuture<Void> started;

    private PackRegistry(Engine engine, PackStore store, RegistrySettings settings, RegistryListener listener)
            throws IOException {
        RegistryLimits limits = settings.limits();
        PackPreparation preparation = new PackPreparation(engine, settings);
        this.store = store;
        this.settings = settings;
        this.listener = listener;
        this.openPacks = new OpenPacks(limits.packMemory(), this::staysOpen);
        this.opener = new PackOpener(preparation, store, openPacks, listener);
        this.state = new CommittedState(store, new StoredPacks(engine, store, settings, opener).find(), listener);
        this.uploads = new PackUploads(state, preparation, store, opener, listener, limits.maxPacks());
        this.traffic = new TrafficControl(state, this::acquire);
        this.started = openFirstOnes();
    }

    /**
     * Opens the registry: finds the seed packs that weren't removed and the uploaded ones, reading headers. It answers from
     * there on. The defaults of kinds, the versions that requests are
     * divided between, and the packs that are pinned or required are opened meanwhile, see {@link #status}. A
     * pack that can't be registered or opened is one of the failures, and doesn't stop the others.
     *
     * @param engine stays the caller's
     * @param store stays the caller's
     */
    public static PackRegistry open(
            Engine engine, PackStore store, RegistrySettings settings, RegistryListener listener) throws IOException {
        return new PackRegistry(engine, store, settings, listener);
    }

    private CompletableFuture<Void> openFirstOnes() {
        List<CompletableFuture<PreparedPack>> openings = new ArrayList<>();
        for (RegisteredPack pack : state.get().snapshot().packs().values()) {
            if (staysOpen(pack.id())) {
                openings.add(pack.startOpening());
            }
        }
        return CompletableFuture.allOf(openings.toArray(CompletableFuture[]::new))
                .exceptionally(failure -> null);
    }

    private boolean staysOpen(PackId id) {
        Snapshot snapshot = state.get().snapshot();
        return snapshot.isDefault(id)
                || snapshot.rollouts().hasShare(id)
                || snapshot.isMeant(id, settings.pinned())
                || snapshot.isMeant(id, settings.required());
    }

    /** A lease on the active version of a name, whoever else answers requests to it. */
    public Lease acquire(String name) {
        return lease(current -> current.requireActive(name));
    }

    /** A lease on the pack that answers a request to a name now. */
    public Lease acquire(String name, Route route) {
        return lease(current -> current.requireAnswering(name, route));
    }

    /** A lease on one version of a pack. */
    public Lease acquire(PackId id) {
        return lease(current -> current.require(id));
    }

    /** A lease on the pack that answers a request to a kind now. */
    public Lease acquireDefault(String kind, Route route) {
        return lease(current -> current.requireAnswering(current.snapshot().requireDefault(kind), route));
    }

    /** @throws PackUnavailableException if the pack is known to be broken */
    private Lease lease(Function<RegistryState, RegisteredPack> lookup) {
        while (true) {
            RegisteredPack pack = lookup.apply(state.get());
            pack.checkFailure();
            Lease lease = new Lease(pack, openPacks);
            if (lease.tryHold()) {
                return lease;
            }
            // Swapped between get and hold: read again.
        }
    }

    /** Name of the pack that answers for a kind. */
    public String defaultOf(String kind) {
        return state.get().snapshot().requireDefault(kind);
    }

    /** All packs, by name and version. */
    public List<PackView> packs() {
        return state.get().snapshot().views(null, Integer.MAX_VALUE);
    }

    /**
     * A page of packs, by name and version.
     *
     * @param after the last one of the page before; needn't exist any more; empty for the first page
     * @param limit packs on the page
     */
    public List<PackView> packs(Optional<PackId> after, int limit) {
        return state.get().snapshot().views(after.orElse(null), limit);
    }

    /** One pack. */
    public PackView pack(PackId id) {
        RegistryState current = state.get();
        return current.snapshot().view(current.require(id));
    }

    /**
     * The pack that answers for a name.
     *
     * @throws PackUnavailableException if that is one that failed when the registry opened
     */
    public PackView active(String name) {
        RegistryState current = state.get();
        return current.snapshot().view(current.requireActive(name));
    }

    /** All versions of a pack, lowest first. */
    public List<PackView> versions(String name) {
        return state.get().snapshot().versions(name);
    }

    /** The signature that lies beside a pack's file; empty where there is none. */
    public Optional<DetachedSignature> signature(PackId id) throws IOException {
        return DetachedSignature.read(
                PackStore.signatureFile(state.get().require(id).file()));
    }

    /** Name of the default pack by kind. */
    public Map<String, String> defaults() {
        return new TreeMap<>(state.get().snapshot().defaults());
    }

    /** Packs that should answer and can't: those that couldn't be registered, and those that couldn't be opened. */
    public List<PackFailure> failures() {
        RegistryState current = state.get();
        List<PackFailure> failures = new ArrayList<>(current.failures());
        for (RegisteredPack pack : current.snapshot().packs().values()) {
            pack.failure()
                    .ifPresent(reason -> failures.add(new PackFailure(
                            Optional.of(pack.id()), pack.file().getFileName().toString(), reason)));
        }
        return List.copyOf(failures);
    }

    /** How the registry is. */
    public RegistryStatus status() {
        RegistryState current = state.get();
        List<PackFailure> failures = failures();
        return new RegistryStatus(
                started.isDone(),
                current.snapshot().packs().size(),
                openPacks.count(),
                openPacks.totalBytes(),
                failures,
                missing(current));
    }

    private List<PackFailure> missing(RegistryState current) {
        List<PackFailure> missing = new ArrayList<>();
        for (PackReference reference : settings.required()) {
            try {
                RegisteredPack pack = reference.version().isPresent()
                        ? current.require(
                                new PackId(reference.name(), reference.version().get()))
                        : current.requireActive(reference.name());
                pack.failure()
                        .ifPresent(reason ->
                                missing.add(new PackFailure(Optional.of(pack.id()), reference.toString(), reason)));
            } catch (UnknownPackException | PackUnavailableException e) {
                missing.add(new PackFailure(Optional.empty(), reference.toString(), e.getMessage()));
            }
        }
        return missing;
    }

    /** Done when all that is opened at the start is open, or failed. */
    CompletableFuture<Void> started() {
        return started;
    }

    /**
     * Plugs an uploaded file. One that is there already with the same bytes stays, and takes the plan over where the upload names
     * another: it is prepared under that and takes the place of its former self at once. Only the commit keeps other changes waiting; of two uploads to one address the first that
     * commits wins.
     *
     * @param upload from {@link PackStore#newUpload()}, complete; it is gone or still there afterwards, the caller deletes it
     * @param id address that the caller gave, which must be the manifest's
     * @throws PackException if the pack is refused
     * @throws PackConflictException if it contradicts what is there
     * @throws PackUnavailableException if the engine can't run it now
     * @throws TooManyUploadsException if too many wait to be plugged
     * @throws IOException if it can't be stored
     */
    public Plugged plug(Path upload, PackId id, PlugOptions options) throws IOException {
        return uploads.plug(upload, id, options);
    }

    /**
     * What {@link #plug} would do: everything is checked, prepared and self-tested in the same way, and nothing is kept.
     *
     * @throws PackException and others as by {@link #plug}
     */
    public Rehearsal rehearse(Path upload, PackId id, PlugOptions options) throws IOException {
        return uploads.rehearse(upload, id, options);
    }

    /**
     * Removes a version, also one that failed; requests that hold it finish on it. Where it answered for its name, the
     * highest other version does then. Its share of the name's requests goes to the active version.
     */
    public void remove(PackId id) throws IOException {
        state.change(() -> {
            RegistryState current = state.get();
            if (!current.knows(id)) {
                throw current.snapshot().unknown(id);
            }
            state.commit(current.removed(id));
            clear(id, current);
            return id;
        });
    }

    /**
     * Removes all versions of a name at once, also those that failed; requests that hold one finish on it.
     *
     * @return what was removed
     * @throws UnknownPackException if there is none
     */
    public List<PackId> remove(String name) throws IOException {
        return state.change(() -> {
            RegistryState before = state.get();
            List<PackId> ids = before.versions(name);
            if (ids.isEmpty()) {
                throw before.snapshot().noSuchName(name);
            }
            RegistryState after = before;
            for (PackId id : ids) {
                after = after.removed(id);
            }
            state.commit(after);
            for (PackId id : ids) {
                clear(id, before);
            }
            return ids;
        });
    }

    /** Closes what was registered under an address that was removed, and deletes what was stored. */
    private void clear(PackId id, RegistryState before) {
        RegisteredPack pack = before.snapshot().find(id);
        boolean stored = before.index().uploaded().containsKey(id.toString());
        if (pack != null) {
            listener.removed(pack.description());
            pack.retire(stored);
        } else if (stored) {
            store.delete(store.fileOf(id));
        }
    }

    /** Versions of the models folder that were removed, and can be plugged again by {@link #restore}. */
    public List<PackId> removedSeeds() {
        return state.get().removedSeeds();
    }

    /**
     * Plugs again what of the models folder was removed under a name: copies of the files, which are uploads from then on. The
     * highest version answers for the name.
     *
     * @return what was plugged, lowest version first; empty where nothing was removed
     * @throws PackException if one is refused, as by {@link #plug}
     */
    public List<PackView> restore(String name) throws IOException {
        Set<PackId> wanted = state.get().removedSeeds().stream()
                .filter(id -> id.name().equals(name))
                .collect(Collectors.toSet());
        NavigableMap<PackId, Path> files = wanted.isEmpty() ? new TreeMap<>() : store.seedFiles(wanted);
        List<PackView> plugged = new ArrayList<>();
        for (Map.Entry<PackId, Path> seed : files.entrySet()) {
            Path upload = store.newUpload();
            try {
                Files.copy(seed.getValue(), upload, StandardCopyOption.REPLACE_EXISTING);
                PlugOptions options = new PlugOptions(
                        Activation.IF_NEW,
                        PlanChoice.NONE,
                        false,
                        Optional.empty(),
                        settings.keys().isEmpty()
                                ? Optional.empty()
                                : DetachedSignature.read(PackStore.signatureFile(seed.getValue())));
                plugged.add(plug(upload, seed.getKey(), options).pack());
            } finally {
                Files.deleteIfExists(upload);
            }
        }
        return plugged;
    }

    /**
     * Takes the failure of a seed file {@code NAME.safetensors} from the list that can't be read and so has no version. The
     * file stays.
     *
     * @throws UnknownPackException if there is no such failure
     */
    public void dismiss(String name) throws IOException {
        state.change(() -> {
            if (state.get().failures().stream().noneMatch(failure -> failure.concerns(name))) {
                throw new UnknownPackException(
                        "no unreadable file of that name: name='%s'; versions are removed one by one".formatted(name));
            }
            state.commit(state.get().withoutSeedFile(name));
            return name;
        });
    }

    /** Makes a version answer for its name, alone. */
    public PackView activate(PackId id) throws IOException {
        return state.change(() -> {
            RegisteredPack pack = state.get().require(id);
            state.commit(state.get().activated(id));
            return state.get().snapshot().view(pack);
        });
    }

    /** How the requests to a name are divided; {@link UnknownPackException} if there is none. */
    public Traffic traffic(String name) {
        return Traffic.of(name, state.get());
    }

    /**
     * Divides the requests to a name that say no version, until the next promotion, roll-back or activation. Cold versions are opened
     * first, and stay open.
     *
     * @param weights percent by version, 2 to 10 of them, the active one among them, with the sum 100
     * @param known what the caller takes for the state; refused where it isn't
     * @throws UnknownPackException if a version isn't there
     * @throws PackConflictException {@code WRONG_VERSION} without the active one, {@code WRONG_KIND} where one answers another kind, {@code
     *     PRECONDITION_FAILED}
     * @throws PackUnavailableException if one can't be opened; then nothing is changed
     */
    public Traffic divide(
            String name, Map<String, Integer> weights, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        return traffic.divide(name, weights, known, cancellation);
    }

    /** Lets the active version answer alone; nothing changes where it does. */
    public Traffic undivide(String name, Predicate<Traffic> known) throws IOException {
        return traffic.undivide(name, known);
    }

    /**
     * Makes a version active that has a share of its name's requests, and lets it answer alone.
     *
     * @param version which one; empty for the only one beside the active version. Nothing changes where it answers alone already
     * @throws PackConflictException {@code WRONG_VERSION} if it has no share, or several could be meant; {@code PRECONDITION_FAILED}
     * @throws PackUnavailableException if it can't be opened; then nothing is changed
     */
    public Traffic promote(String name, Optional<String> version, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        return traffic.promote(name, version, known, cancellation);
    }

    /**
     * Lets the version answer alone that was active before: before the requests were divided, or before the last promotion.
     *
     * @param version which one that is, for calls that may come twice. Nothing changes where it answers alone already
     * @throws PackConflictException {@code WRONG_VERSION} if there is none or another one; {@code PRECONDITION_FAILED}
     * @throws PackUnavailableException if it can't be opened; then nothing is changed
     */
    public Traffic rollBack(String name, Optional<String> version, Predicate<Traffic> known, Cancellation cancellation)
            throws IOException {
        return traffic.rollBack(name, version, known, cancellation);
    }

    /** Makes a pack answer for its kind. */
    public void setDefault(String kind, String name) throws IOException {
        if (!TaskKind.IDS.contains(kind)) {
            throw new UnknownPackException("unknown kind: kind='%s', expected one of %s".formatted(kind, TaskKind.IDS));
        }
        state.change(() -> {
            String actual = state.get().requireActive(name).description().kind();
            if (!actual.equals(kind)) {
                throw new PackConflictException(
                        Conflict.WRONG_KIND,
                        "pack is of another kind: name='%s', kind='%s', expected='%s'".formatted(name, actual, kind));
            }
            state.commit(state.get().withDefault(kind, name));
            return kind;
        });
    }

    /** Closes every pack; leases that are still open keep theirs until they close. */
    @Override
    public void close() {
        state.close().snapshot().packs().values().forEach(pack -> pack.retire(false));
        opener.close();
    }
}
