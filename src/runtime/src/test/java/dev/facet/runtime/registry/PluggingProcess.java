package dev.facet.runtime.registry;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackWriter;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plugs version after version, says so after each, gives it a share, promotes it, rolls that back, and removes the ones before, until it is killed. */
final class PluggingProcess {
    private static final int CHUNK = 64 << 10;

    private PluggingProcess() {}

    static Engine engine() {
        return OrtEngine.open(RandomNetworks.bank(71), EngineOptions.cpu(1));
    }

    static PackStore store(Path folder) throws IOException {
        return PackStore.open(folder.resolve("models"), folder.resolve("bank.safetensors"), folder.resolve("data"));
    }

    static PackRegistry registry(Engine engine, PackStore store) throws IOException {
        RegistrySettings settings = new RegistrySettings(
                new RegistryLimits(8, 1 << 30, 1e-3), TestKeys.ONE.trusted(), List.of(), List.of());
        return PackRegistry.open(engine, store, settings, new RegistryListener() {});
    }

    public static void main(String[] arguments) throws IOException {
        Engine engine = engine();
        PackStore store = store(Path.of(arguments[0]));
        PackRegistry registry = registry(engine, store);
        registry.started().join();
        int version = registry.packs().stream()
                .mapToInt(pack -> Integer.parseInt(pack.id().version()))
                .max()
                .orElse(0);
        // A killed process may have left the version before the newest.
        if (version > 0) {
            keepOnly(registry, version);
        }
        while (true) {
            version++;
            PackId id = new PackId("edges", Integer.toString(version));
            ModulatorPack pack = Packs.pack(engine, id, RandomNetworks.EDGES, version);
            Path upload = store.newUpload();
            byte[] bytes = PackWriter.toBytes(pack);
            write(upload, bytes);
            registry.plug(upload, id, TestKeys.ONE.signed(bytes));
            System.out.println("plugged " + version + ".");
            System.out.flush();
            if (version > 1) {
                PackId before = new PackId("edges", Integer.toString(version - 1));
                registry.activate(before);
                changeTraffic(registry, before, id);
                registry.activate(id);
                registry.remove(before);
            }
        }
    }

    private static void keepOnly(PackRegistry registry, int version) throws IOException {
        PackId kept = new PackId("edges", Integer.toString(version));
        registry.activate(kept);
        for (PackView pack : registry.packs()) {
            if (!pack.id().equals(kept)) {
                registry.remove(pack.id());
            }
        }
    }

    private static void changeTraffic(PackRegistry registry, PackId before, PackId id) throws IOException {
        Cancellation forever = Cancellation.withoutDeadline();
        Map<String, Integer> weights = Map.of(before.version(), 95, id.version(), 5);
        registry.divide(id.name(), weights, traffic -> true, forever);
        registry.promote(id.name(), Optional.empty(), traffic -> true, forever);
        registry.rollBack(id.name(), Optional.empty(), traffic -> true, forever);
        registry.divide(id.name(), weights, traffic -> true, forever);
    }

    private static void write(Path file, byte[] pack) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int begin = 0; begin < pack.length; begin += CHUNK) {
                out.write(pack, begin, Math.min(CHUNK, pack.length - begin));
            }
        }
    }
}
