package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Plugs uploads: read, prepared and self-tested aside, two at a time; then checked again and committed, one at a time. What a
 * refused upload had prepared is closed. Thread-safe.
 */
final class PackUploads {
    private static final int PREPARED_AT_ONCE = 2;
    private static final int WAITING = 16;

    private final CommittedState state;
    private final PackPreparation preparation;
    private final PackStore store;
    private final PackOpener opener;
    private final RegistryListener listener;
    private final int maxPacks;
    private final PreparationQueue queue = new PreparationQueue(PREPARED_AT_ONCE, WAITING);

    PackUploads(
            CommittedState state,
            PackPreparation preparation,
            PackStore store,
            PackOpener opener,
            RegistryListener listener,
            int maxPacks) {
        this.state = state;
        this.preparation = preparation;
        this.store = store;
        this.opener = opener;
        this.listener = listener;
        this.maxPacks = maxPacks;
    }

    /** See {@link PackRegistry#plug}. */
    Plugged plug(Path upload, PackId id, PlugOptions options) throws IOException {
        UploadRules rules = new UploadRules(id, options, maxPacks);
        try (PreparationQueue.Turn turn = queue.enter()) {
            return plug(upload, rules);
        } catch (PackException | PackConflictException e) {
            listener.refused(id, e);
            throw e;
        }
    }

    /** An upload that is ready to be committed. */
    private record Candidate(Path upload, ModulatorPack pack, PreparedPack prepared, long beginNanos) {
        double seconds() {
            return (System.nanoTime() - beginNanos) / 1e9;
        }
    }

    /** What a commit did, and whether the candidate's prepared form answers from now on. */
    private record Committed(Plugged plugged, boolean taken) {}

    private Plugged plug(Path upload, UploadRules rules) throws IOException {
        long begin = System.nanoTime();
        rules.checkRoom(state.get().snapshot());
        ModulatorPack pack = preparation.readUpload(upload, rules.options().signature());
        rules.checkContent(pack);
        Plan plan = rules.options().plan().plan().orElseGet(() -> preparation.planOf(pack.manifest()));
        Optional<Plugged> same = state.change(() -> keepSame(rules, pack.digest(), plan));
        if (same.isPresent()) {
            return same.get();
        }
        PreparedPack prepared = prepare(pack, plan, rules.id());
        boolean taken = false;
        try {
            store.sync(upload);
            Candidate candidate = new Candidate(upload, pack, prepared, begin);
            Committed committed = state.change(() -> commit(candidate, rules));
            taken = committed.taken();
            return committed.plugged();
        } finally {
            if (!taken) {
                prepared.close();
            }
        }
    }

    private PreparedPack prepare(ModulatorPack pack, Plan plan, PackId id) {
        try {
            return preparation.prepare(pack, plan);
        } catch (EngineException e) {
            throw new PackUnavailableException(
                    id.toString(), "the engine can't run it: " + e.getMessage(), RegisteredPack.RETRY_PAUSE, e);
        }
    }

    /**
     * The pack that is there already with these bytes, if there is one and it runs as it is asked to. It answers, so failures about it
     * are over.
     */
    private Optional<Plugged> keepSame(UploadRules rules, String digest, Plan plan) throws IOException {
        RegistryState current = state.get();
        rules.checkRoom(current.snapshot());
        Optional<RegisteredPack> same = rules.samePack(current, digest);
        if (same.isEmpty() || !rules.keepsPlan(same.get(), plan)) {
            return Optional.empty();
        }
        if (rules.options().plan().said()) {
            state.commit(current.replanned(same.get(), rules.options().plan().plan()));
        } else {
            state.replace(current.withoutFailures(rules.id()));
        }
        return same.map(pack -> new Plugged(state.get().snapshot().view(pack), false));
    }

    private Committed commit(Candidate candidate, UploadRules rules) throws IOException {
        String digest = candidate.pack().digest();
        Optional<Plugged> kept = keepSame(rules, digest, candidate.prepared().plan());
        if (kept.isPresent()) {
            return new Committed(kept.get(), false);
        }
        PackId id = rules.id();
        PlugOptions options = rules.options();
        RegistryState current = state.get();
        // With another plan; or one that failed.
        RegisteredPack before = current.snapshot().find(id);
        Optional<RegisteredPack> same = rules.samePack(current, digest);
        PackDescription description = new PackDescription(
                id,
                candidate.pack().manifest(),
                digest,
                candidate.prepared().plan(),
                same.isPresent() && same.get().description().seed());
        Path file = same.map(RegisteredPack::file).orElseGet(() -> store.fileOf(id));
        RegisteredPack fresh = RegisteredPack.open(description, file, opener, candidate.prepared());
        if (same.isPresent()) {
            state.commit(current.replanned(fresh, options.plan().plan()));
        } else {
            store.adopt(candidate.upload(), id, options.signature());
            state.commit(
                    current.plugged(fresh, options.activate(), options.plan().plan()));
            listener.plugged(description, candidate.seconds());
        }
        listener.opened(description, candidate.prepared().sizeBytes(), candidate.seconds());
        if (before != null) {
            before.retire(false);
        }
        opener.makeRoom(fresh);
        return new Committed(new Plugged(state.get().snapshot().view(fresh), same.isEmpty()), true);
    }
}
