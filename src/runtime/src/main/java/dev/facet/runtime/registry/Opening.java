package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugs what is there when a registry opens: the seed packs that weren't removed, then the uploaded ones. What can't be
 * plugged is a failure and stops nothing. Used once, by one thread.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final PackPreparation preparation;
    private final PackStore store;
    private final Index index;
    private final int maxPacks;
    private final RegistryListener listener;
    private final Set<PackId> uploaded = new TreeSet<>();
    private final Set<PackId> seeds = new TreeSet<>();
    private final List<PackFailure> failures = new ArrayList<>();
    private Snapshot snapshot = Snapshot.EMPTY;

    Opening(PackPreparation preparation, PackStore store, Index index, int maxPacks, RegistryListener listener) {
        this.preparation = preparation;
        this.store = store;
        this.index = index;
        this.maxPacks = maxPacks;
        this.listener = listener;
        index.uploaded().keySet().forEach(id -> uploaded.add(PackId.parse(id)));
    }

    RegistryState open() throws IOException {
        for (Path file : store.seedFiles()) {
            attempt(file.getFileName().toString(), () -> plugSeed(file));
        }
        for (PackId id : uploaded) {
            attempt(id.toString(), () -> plugUploaded(id));
        }
        restoreActive();
        restoreDefaults();
        return new RegistryState(snapshot, index, seeds, failures);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void attempt(String pack, Step step) {
        try {
            step.run();
        } catch (IOException | PackException e) {
            failures.add(new PackFailure(pack, e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("pack failed unexpectedly: {}", pack, e);
            failures.add(new PackFailure(pack, e.toString()));
        }
    }

    private void plugSeed(Path file) throws IOException {
        ModulatorPack pack = preparation.read(file);
        PackId id = PackId.of(pack.manifest());
        if (!seeds.add(id)) {
            throw new PackException(PackFault.WRONG_ADDRESS, "another seed pack is '%s' too".formatted(id));
        }
        if (index.removedSeeds().contains(id.toString()) || uploaded.contains(id)) {
            return;
        }
        Held active = snapshot.activeOf(id.name());
        plug(pack, id, file, true, active == null || active.id().compareTo(id) < 0);
    }

    private void plugUploaded(PackId id) throws IOException {
        Path file = store.fileOf(id);
        ModulatorPack pack = preparation.read(file);
        if (!pack.digest().equals(index.uploaded().get(id.toString()))
                || !PackId.of(pack.manifest()).equals(id)) {
            throw new PackException(PackFault.DIGEST_MISMATCH, "stored file is not the one that was uploaded");
        }
        plug(pack, id, file, false, false);
    }

    private void plug(ModulatorPack pack, PackId id, Path file, boolean seed, boolean activate) {
        if (snapshot.packs().size() >= maxPacks) {
            throw new PackException(
                    PackFault.TOO_LARGE,
                    "as many packs as may be resident: packs=%d, expected at most %d"
                            .formatted(snapshot.packs().size(), maxPacks));
        }
        long begin = System.nanoTime();
        Plan plan = index.plans().getOrDefault(id.toString(), Plan.FACTORED);
        Held held = preparation.prepare(pack, id, file, seed, plan);
        snapshot = snapshot.with(held, activate);
        listener.plugged(snapshot.view(held), (System.nanoTime() - begin) / 1e9);
    }

    /** Where the version that was chosen can't answer, none does: another one would answer differently, unasked. */
    private void restoreActive() {
        for (Map.Entry<String, String> entry : index.active().entrySet()) {
            PackId id = new PackId(entry.getKey(), entry.getValue());
            if (snapshot.find(id) != null) {
                snapshot = snapshot.withActive(id);
            } else if (uploaded.contains(id)) {
                snapshot = snapshot.withoutActive(id.name());
            }
        }
    }

    private void restoreDefaults() {
        for (Map.Entry<String, String> entry : index.defaults().entrySet()) {
            Held held = snapshot.activeOf(entry.getValue());
            if (held != null && held.prepared().manifest().task().id().equals(entry.getKey())) {
                snapshot = snapshot.withDefault(entry.getKey(), entry.getValue());
            }
        }
    }
}
