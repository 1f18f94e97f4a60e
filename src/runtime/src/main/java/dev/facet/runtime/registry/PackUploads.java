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
    private record Candidate(Path upload, ModulatorPack pack, PreparedPack prepared, long beginNanos) {}

    private Plugged plug(Path upload, UploadRules rules) throws IOException {
        long begin = System.nanoTime();
        rules.checkRoom(state.get().snapshot());
        ModulatorPack pack = preparation.readUpload(upload, rules.options().signature());
        rules.checkContent(pack);
        Optional<Plugged> same = state.change(() -> keepSame(rules, pack.digest()));
        if (same.isPresent()) {
            return same.get();
        }
        PreparedPack prepared = prepare(pack, rules);
        boolean taken = false;
        try {
            store.sync(upload);
            Candidate candidate = new Candidate(upload, pack, prepared, begin);
            Plugged plugged = state.change(() -> commit(candidate, rules));
            taken = plugged.created();
            return plugged;
        } finally {
            if (!taken) {
                prepared.close();
            }
        }
    }

    private PreparedPack prepare(ModulatorPack pack, UploadRules rules) {
        try {
            Plan plan = rules.options().plan().orElseGet(() -> preparation.planOf(pack.manifest()));
            return preparation.prepare(pack, plan);
        } catch (EngineException e) {
            throw new PackUnavailableException(
                    rules.id().toString(), "the engine can't run it: " + e.getMessage(), RegisteredPack.RETRY_PAUSE, e);
        }
    }

    /** The pack that is there already with these bytes, if there is one. It answers, so failures about it are over. */
    private Optional<Plugged> keepSame(UploadRules rules, String digest) {
        rules.checkRoom(state.get().snapshot());
        Optional<RegisteredPack> same = rules.samePack(state.get(), digest);
        if (same.isPresent()) {
            state.replace(state.get().withoutFailures(rules.id()));
        }
        return same.map(pack -> new Plugged(state.get().snapshot().view(pack), false));
    }

    private Plugged commit(Candidate candidate, UploadRules rules) throws IOException {
        Optional<Plugged> same = keepSame(rules, candidate.pack().digest());
        if (same.isPresent()) {
            return same.get();
        }
        PackId id = rules.id();
        PlugOptions options = rules.options();
        PackDescription description = new PackDescription(
                id,
                candidate.pack().manifest(),
                candidate.pack().digest(),
                candidate.prepared().plan(),
                false);
        RegisteredPack fresh = RegisteredPack.open(description, store.fileOf(id), opener, candidate.prepared());
        RegisteredPack failed = state.get().snapshot().find(id);
        store.adopt(candidate.upload(), id, options.signature());
        state.commit(state.get().plugged(fresh, options.activate(), options.plan()));
        double seconds = (System.nanoTime() - candidate.beginNanos()) / 1e9;
        listener.plugged(description, seconds);
        listener.opened(description, candidate.prepared().sizeBytes(), seconds);
        if (failed != null) {
            failed.retire(false);
        }
        opener.makeRoom(fresh);
        return new Plugged(state.get().snapshot().view(fresh), true);
    }
}
