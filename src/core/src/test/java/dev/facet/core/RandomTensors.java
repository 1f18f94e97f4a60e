package dev.facet.core;

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
import dev.facet.core.pack.Score;
import dev.facet.core.task.Edges;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Banks and packs of random values. */
public final class RandomTensors {
    private static FilterBank bank;

    private RandomTensors() {}

    /** A ResNet-18 bank with initial values; made once. */
    public static synchronized FilterBank bank() {
        if (bank == null) {
            bank = bank(Architecture.RESNET18, true, Map.of(), 1);
        }
        return bank;
    }

    public static FilterBank bank(Architecture architecture, boolean initial, Map<String, Integer> ranks, long seed) {
        BankManifest manifest = new BankManifest(
                architecture, Optional.empty(), ranks, Normalization.IMAGENET, "random values", "CC0-1.0");
        return new FilterBank(manifest, tensors(TensorLayout.bank(architecture, ranks, initial), seed));
    }

    /** Small random values; variances are positive. */
    public static Map<String, Tensor> tensors(Map<String, Shape> layout, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        layout.forEach(
                (name, shape) -> tensors.put(name, tensor(shape, name.endsWith(".running_var") ? 0.5 : -0.1, random)));
        return tensors;
    }

    private static Tensor tensor(Shape shape, double low, SplittableRandom random) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + 0.2 * random.nextDouble());
        }
        return Tensor.of(shape, values);
    }

    /** A pack of about 150 kB on {@link #bank()}: norms of layer4 and a decoder of width 1. */
    public static ModulatorPack smallPack() {
        Decoder decoder = new Decoder(Decoder.Kind.SEPARABLE, 1, 1, List.of(1, 2, 3));
        return pack(bank(), Modulation.NORM, Stage.LAYER4, decoder, new Edges("what people marked"), 2);
    }

    public static ModulatorPack pack(
            FilterBank bank, Modulation modulation, Stage modulatedFrom, Decoder decoder, TaskKind task, long seed) {
        boolean bound = modulation != Modulation.NONE || modulatedFrom != Stage.CONV1;
        PackManifest manifest = new PackManifest(
                "small-pack",
                "1",
                "Random values, a «test» only.",
                task,
                bound ? Optional.of(bank.fingerprint()) : Optional.empty(),
                bank.manifest().architecture(),
                16,
                modulation,
                modulatedFrom,
                bound ? bank.manifest().ranks() : Map.of(),
                decoder,
                new InputPolicy(64, false, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance("none", "none", "none", seed, 0, "test"),
                List.of(new Score("none", "test", "odsF", 0.5)),
                "CC0-1.0",
                1e-3);
        Map<String, Tensor> tensors = tensors(manifest.layout(), seed);
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, Tensor.ofBytes(new Shape(4, 5, 3), new byte[60]));
        tensors.put(
                ModulatorPack.SELF_TEST_OUTPUT,
                Tensor.of(new Shape(1, task.outputs(), 4, 5), new float[20 * task.outputs()]));
        return new ModulatorPack(manifest, tensors, "");
    }
}
