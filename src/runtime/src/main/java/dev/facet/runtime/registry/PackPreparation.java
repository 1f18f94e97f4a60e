package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** From a file to a pack that answers: read strictly, prepared and self-tested on the engine. Thread-safe. */
final class PackPreparation {
    private final Engine engine;
    private final TrustedKeys keys;
    private final RegistrySettings settings;

    PackPreparation(Engine engine, RegistrySettings settings) {
        this.engine = engine;
        this.keys = settings.keys();
        this.settings = settings;
    }

    /** A file's bytes and the signature beside it. */
    private record Stored(byte[] bytes, Optional<DetachedSignature> signature) {}

    /** Reads an uploaded pack for the engine's bank. */
    ModulatorPack readUpload(Path file, Optional<DetachedSignature> signature) throws IOException {
        byte[] bytes = read(file);
        keys.checkUpload(bytes, signature);
        return PackReader.read(bytes, engine.bank());
    }

    /** The plan of a pack that is plugged without one. */
    Plan planOf(PackManifest manifest) {
        return settings.planOf(manifest, engine);
    }

    /**
     * Prepares and self-tests; what it made is closed on any failure.
     *
     * @throws PackException if the pack doesn't fit, or doesn't answer as it says
     * @throws dev.facet.runtime.engine.EngineException if the engine can't run it
     */
    PreparedPack prepare(ModulatorPack pack, Plan plan) {
        return prepare(pack, plan, true);
    }

    private PreparedPack prepare(ModulatorPack pack, Plan plan, boolean selfTest) {
        PreparedPack prepared = engine.prepare(pack, plan);
        try {
            if (selfTest) {
                double cap = settings.limits().selfTestTolerance(plan);
                SelfTest.check(prepared, pack, engine.bank().manifest().input(), cap);
            }
            return prepared;
        } catch (RuntimeException | Error e) {
            prepared.close();
            throw e;
        }
    }

    /**
     * Opens a stored pack: everything that an upload is checked for is checked again, the self-test once per process.
     *
     * @throws PackException if it isn't the file that was registered, isn't signed, or can't be prepared
     */
    PreparedPack open(RegisteredPack registered) throws IOException {
        Stored stored = read(registered);
        keys.checkStored(stored.bytes(), stored.signature());
        ModulatorPack pack = PackReader.read(stored.bytes(), engine.bank());
        PackDescription description = registered.description();
        if (!pack.digest().equals(description.digest())
                || !PackId.of(pack.manifest()).equals(description.id())) {
            throw new PackException(
                    PackFault.DIGEST_MISMATCH,
                    "stored file is not the one that was registered: digest=%s, expected=%s"
                            .formatted(pack.digest(), description.digest()));
        }
        return prepare(pack, description.plan(), !registered.isSelfTested());
    }

    /** Again where the file was set aside meanwhile. */
    private static Stored read(RegisteredPack pack) throws IOException {
        while (true) {
            Path file = pack.file();
            try {
                Stored stored = new Stored(read(file), DetachedSignature.read(PackStore.signatureFile(file)));
                if (pack.file().equals(file)) {
                    return stored;
                }
            } catch (NoSuchFileException e) {
                if (pack.file().equals(file)) {
                    throw new IOException("file is missing: " + file.getFileName(), e);
                }
            }
        }
    }

    /** A pack's file, whole. */
    static byte[] read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > PackReader.MAX_BYTES) {
            throw new PackException(
                    PackFault.TOO_LARGE,
                    "pack too large: bytes=%d, expected at most %d".formatted(size, PackReader.MAX_BYTES));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes((int) size);
        }
    }
}
