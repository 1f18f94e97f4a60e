package dev.facet.cli;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.SelfTest;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts manifest and tensors together and adds the self-test: the engine's own answer to a synthetic image. */
final class PackAssembly {
    private static final int HEIGHT = 80;
    private static final int WIDTH = 96;
    private static final long SEED = 1;

    private PackAssembly() {}

    /**
     * A whole pack.
     *
     * @param tensors those of {@link PackManifest#layout()}
     */
    static ModulatorPack assemble(FilterBank bank, PackManifest manifest, Map<String, Tensor> tensors) {
        Tensor image = SyntheticImage.tensor(HEIGHT, WIDTH, SEED);
        Map<String, Tensor> all = new LinkedHashMap<>(tensors);
        all.put(ModulatorPack.SELF_TEST_IMAGE, image);
        all.put(
                ModulatorPack.SELF_TEST_OUTPUT,
                Tensor.of(
                        new Shape(1, manifest.task().outputs(), HEIGHT, WIDTH),
                        new float[manifest.task().outputs() * HEIGHT * WIDTH]));
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(0));
                PreparedPack prepared = engine.prepare(new ModulatorPack(manifest, all, ""), Plan.FACTORED)) {
            all.put(
                    ModulatorPack.SELF_TEST_OUTPUT,
                    SelfTest.output(prepared, image, bank.manifest().input()));
        }
        return new ModulatorPack(manifest, all, "");
    }
}
