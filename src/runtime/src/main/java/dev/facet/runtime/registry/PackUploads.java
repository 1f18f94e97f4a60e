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

    /** See {@link PackRegistry#rehearse}. */
    Rehearsal rehearse(Path upload, PackId id, PlugOptions options) throws IOException {
        UploadRules rules = new UploadRules(id, options, maxPacks);
        try (PreparationQueue.Turn turn = queue.enter()) {
            ModulatorPack pack = read(upload, rules);
            Plan plan = rules.samePack(state.get(), pack.digest())
                    .filter(same -> !options.plan().said())
                    .map(same -> same.description().plan())
                    .orElseGet(() -> plan(rules, pack));
            try (PreparedPack prepared = prepare(pack, plan, id)) {
                return rehearse(new Candidate(upload, pack, prepared, 0), rules);
            }
        }
    }

    /** The commit, without storing anything or letting anyone see it. */
    private Rehearsal rehearse(Candidate candidate, UploadRules rules) {
        RegistryState current = state.get();
        rules.checkRoom(current.snapshot());
        String digest = candidate.pack().digest();
        Optional<RegisteredPack> same = rules.samePack(current, digest);
        RegisteredPack fresh = fresh(candidate, rules, same);
        Plan plan = candidate.prepared().plan();
        boolean keeps = same.isPresent() && rules.keepsPlan(same.get(), plan);
        RegistryState next = keeps ? current : next(current, fresh, rules, same.isPresent());
        if (keeps && rules.activates(current.snapshot())) {
            next = current.activated(rules.id());
        }
        String name = rules.id().name();
        return new Rehearsal(
                next.snapshot().view(keeps ? same.get() : fresh),
                same.isEmpty(),
                candidate.prepared().sizeBytes(),
                Optional.ofNullable(current.activeVersion(name)),
                current.snapshot().rollouts().isDivided(name)
                        && !next.snapshot().rollouts().isDivided(name));
    }

    private ModulatorPack read(Path upload, UploadRules rules) throws IOException {
        rules.checkRoom(state.get().snapshot());
        ModulatorPack pack = preparation.readUpload(upload, rules.options().signature());
        rules.checkContent(pack);
        return pack;
    }

    private Plan plan(UploadRules rules, ModulatorPack pack) {
        return rules.options().plan().plan().orElseGet(() -> preparation.planOf(pack.manifest()));
    }

    private Plugged plug(Path upload, UploadRules rules) throws IOException {
        long begin = System.nanoTime();
        ModulatorPack pack = read(upload, rules);
        Plan plan = plan(rules, pack);
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
        PlugOptions options = rules.options();
        RegistryState next = options.plan().said()
                ? current.replanned(same.get(), options.plan().plan())
                : current.withoutFailures(rules.id());
        if (rules.activates(current.snapshot())) {
            state.commit(next.activated(rules.id()));
        } else if (options.plan().said()) {
            state.commit(next);
        } else {
            state.replace(next);
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
        RegisteredPack fresh = fresh(candidate, rules, same);
        PackDescription description = fresh.description();
        if (same.isEmpty()) {
            store.adopt(candidate.upload(), id, options.signature());
        }
        state.commit(next(current, fresh, rules, same.isPresent()));
        if (same.isEmpty()) {
            listener.plugged(description, candidate.seconds());
        }
        listener.opened(description, candidate.prepared().sizeBytes(), candidate.seconds());
        if (before != null) {
            before.replaced();
        }
        opener.makeRoom(fresh);
        return new Committed(new Plugged(state.get().snapshot().view(fresh), same.isEmpty()), true);
    }

    private RegisteredPack fresh(Candidate candidate, UploadRules rules, Optional<RegisteredPack> same) {
        PackDescription description = new PackDescription(
                rules.id(),
                candidate.pack().manifest(),
                candidate.pack().digest(),
                candidate.prepared().plan(),
                same.isPresent() && same.get().description().seed());
        Path file = same.map(RegisteredPack::file).orElseGet(() -> store.fileOf(rules.id()));
        return RegisteredPack.open(description, file, opener, candidate.prepared());
    }

    /** @param isThere whether the pack takes the place of one with the same bytes */
    private static RegistryState next(RegistryState current, RegisteredPack fresh, UploadRules rules, boolean isThere) {
        PlugOptions options = rules.options();
        Optional<Plan> plan = options.plan().plan();
        RegistryState next = isThere
                ? current.replanned(fresh, plan)
                : current.plugged(fresh, options.activation() != Activation.NEVER, plan);
        return rules.activates(next.snapshot()) ? next.activated(rules.id()) : next;
    }
}
