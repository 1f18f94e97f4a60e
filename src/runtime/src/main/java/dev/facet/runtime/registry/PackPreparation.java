package dev.facet.runtime.registry;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import java.io.IOException;
import java.nio.file.Path;

/** From a file to a pack that answers: read strictly, prepared and self-tested on the engine. */
final class PackPreparation {
    private final Engine engine;
    private final double selfTestTolerance;

    PackPreparation(Engine engine, double selfTestTolerance) {
        this.engine = engine;
        this.selfTestTolerance = selfTestTolerance;
    }

    /** Reads a pack for the engine's bank. */
    ModulatorPack read(Path file) throws IOException {
        return PackReader.read(file, engine.bank());
    }

    /**
     * Prepares and self-tests; what it made is closed on any failure.
     *
     * @param file where the pack lies once it is plugged
     * @throws PackException if the pack doesn't fit, or doesn't answer as it says
     */
    Held prepare(ModulatorPack pack, PackId id, Path file, boolean seed, Plan plan) {
        PreparedPack prepared = null;
        try {
            prepared = engine.prepare(pack, plan);
            SelfTest.check(prepared, pack, engine.bank().manifest().input(), selfTestTolerance);
            return new Held(id, prepared, file, seed);
        } catch (EngineException e) {
            close(prepared);
            throw new PackException(
                    PackFault.SELF_TEST_FAILED,
                    "engine can't run the pack: %s [pack=%s]".formatted(e.getMessage(), id));
        } catch (RuntimeException | Error e) {
            close(prepared);
            throw e;
        }
    }

    private static void close(PreparedPack prepared) {
        if (prepared != null) {
            prepared.close();
        }
    }
}
