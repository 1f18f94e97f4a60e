package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Banks and packs with random values that are scaled so that activations neither vanish nor explode. */
final class RandomModels {
    static final Decoder DECODER = new Decoder(Decoder.Kind.DEEPLABV3PLUS, 24, 12, List.of(6, 12, 18));

    private RandomModels() {}

    static FilterBank bank(Architecture architecture, boolean initial, long seed) {
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), Map.of(), Normalization.IMAGENET, "random", "CC0-1.0"),
                random(TensorLayout.bank(architecture, Map.of(), initial), seed));
    }

    static ModulatorPack pack(FilterBank bank, Modulation modulation, TaskKind task, long seed) {
        return pack(bank, modulation, Stage.CONV1, task, seed);
    }

    static ModulatorPack pack(FilterBank bank, Modulation modulation, Stage from, TaskKind task, long seed) {
        Optional<String> fingerprint = modulation == Modulation.NONE && from == Stage.CONV1
                ? Optional.empty()
                : Optional.of(bank.fingerprint());
        PackManifest manifest = manifest(bank.manifest().architecture(), fingerprint, modulation, from, task, seed);
        return PackAssembly.assemble(bank, manifest, random(manifest.layout(), seed));
    }

    /** The manifest of such a pack without a bank. */
    static PackManifest manifest(TaskKind task) {
        return manifest(Architecture.RESNET18, Optional.empty(), Modulation.NONE, Stage.CONV1, task, 1);
    }

    private static PackManifest manifest(
            Architecture architecture,
            Optional<String> bank,
            Modulation modulation,
            Stage from,
            TaskKind task,
            long seed) {
        return new PackManifest(
                "random-" + task.id(),
                "1",
                "random values",
                task,
                bank,
                architecture,
                16,
                modulation,
                from,
                Map.of(),
                DECODER,
                new InputPolicy(64, true, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance("random", "none", "none", seed, 0, "test"),
                List.of(),
                "CC0-1.0",
                1e-3);
    }

    private static Map<String, Tensor> random(Map<String, Shape> layout, long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layout.forEach((name, shape) -> tensors.put(name, random(random, name, shape)));
        return tensors;
    }

    private static Tensor random(Random random, String name, Shape shape) {
        float[] values = new float[(int) shape.elements()];
        double fanIn = shape.elements() / (double) shape.extent(0);
        double gain = name.endsWith("modulator") || name.endsWith("adapter") ? 1 : 2;
        for (int i = 0; i < values.length; i++) {
            if (shape.rank() == 4) {
                values[i] = (float) (random.nextGaussian() * Math.sqrt(gain / fanIn));
            } else if (name.endsWith("running_var") || name.endsWith("weight")) {
                values[i] = 0.8f + 0.4f * random.nextFloat();
            } else {
                values[i] = 0.1f * (float) random.nextGaussian();
            }
        }
        return Tensor.of(shape, values);
    }
}
