package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A registry with a real engine over folders of a test, opened, closed and opened again. */
final class RegistryFixture implements AutoCloseable {
    static final RegistryLimits LIMITS = new RegistryLimits(2000, 1 << 30, 1e-3);

    private static CountingEngine shared;

    private final Path folder;
    private RegistrySettings settings = RegistrySettings.of(LIMITS);
    private PackStore store;
    private PackRegistry registry;

    /** With no registry opened yet. */
    RegistryFixture(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("models"));
    }

    /** One per process, never closed: to open a session takes a second. */
    static synchronized CountingEngine engine() {
        if (shared == null) {
            shared = new CountingEngine(OrtEngine.open(RandomNetworks.bank(72), EngineOptions.cpu(1)));
        }
        return shared;
    }

    static byte[] pack(String id, TaskKind task, long seed) {
        return PackWriter.toBytes(Packs.pack(engine(), PackId.parse(id), task, seed));
    }

    static FloatBuffer image() {
        return RandomNetworks.image(32, 32, 1);
    }

    void seed(String file, byte[] content) throws IOException {
        Files.write(folder.resolve("models").resolve(file), content);
    }

    Path stored(String file) {
        return folder.resolve("data/packs").resolve(file);
    }

    Path folder() {
        return folder;
    }

    /** From the next opening on. */
    void set(RegistrySettings changed) {
        settings = changed;
    }

    static RegistrySettings settings(RegistryLimits limits, List<String> pinned, List<String> required) {
        return new RegistrySettings(
                limits,
                TrustedKeys.NONE,
                pinned.stream().map(PackReference::parse).toList(),
                required.stream().map(PackReference::parse).toList());
    }

    PackRegistry open() throws IOException {
        return open(new RegistryListener() {});
    }

    PackRegistry open(RegistryListener listener) throws IOException {
        close();
        store = PackStore.open(
                folder.resolve("models"), folder.resolve("models/bank.safetensors"), folder.resolve("data"));
        registry = PackRegistry.open(engine(), store, settings, listener);
        return registry;
    }

    Plugged plug(String id, byte[] pack) throws IOException {
        return plug(id, pack, PlugOptions.DEFAULT);
    }

    Plugged plug(String id, byte[] pack, PlugOptions options) throws IOException {
        Path upload = store.newUpload();
        Files.write(upload, pack);
        try {
            return registry.plug(upload, PackId.parse(id), options);
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    float[] answer(String id) {
        try (Lease lease = registry.acquire(PackId.parse(id))) {
            return answer(lease);
        }
    }

    static float[] answer(Lease lease) {
        return Packs.answer(engine(), lease, image(), Cancellation.withoutDeadline());
    }

    @Override
    public void close() throws IOException {
        if (registry != null) {
            registry.close();
            store.close();
            registry = null;
        }
    }
}
