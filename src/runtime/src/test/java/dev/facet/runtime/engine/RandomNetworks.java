package dev.facet.runtime.engine;

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
import dev.facet.core.task.Edges;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Banks and packs with random values that are scaled so that activations neither vanish nor explode. */
public final class RandomNetworks {
    public static final TaskKind NORMALS = new Normals("x right, y down, z forward");
    public static final TaskKind EDGES = new Edges("object boundaries");
    public static final Decoder SEPARABLE = new Decoder(Decoder.Kind.SEPARABLE, 32, 16, List.of(2, 4, 6));
    public static final Decoder DENSE = new Decoder(Decoder.Kind.DEEPLABV3PLUS, 24, 12, List.of(1, 2, 3));

    private RandomNetworks() {}

    /** What a bank starts from. */
    public enum Initial {
        ABSENT,
        WITHOUT_MODULATORS,
        COMPLETE
    }

    public static FilterBank bank(Architecture architecture, Map<String, Integer> ranks, Initial initial, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TensorLayout.bank(architecture, ranks, initial != Initial.ABSENT).forEach((name, shape) -> {
            if (initial == Initial.COMPLETE || !name.endsWith(".modulator")) {
                tensors.put(name, random(random, name, shape));
            }
        });
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), ranks, Normalization.IMAGENET, "random", "CC0-1.0"),
                tensors);
    }

    public static FilterBank bank(long seed) {
        return bank(Architecture.RESNET18, Map.of(), Initial.COMPLETE, seed);
    }

    /** What a pack is made like. */
    public record Recipe(
            Modulation modulation, Stage modulatedFrom, Decoder decoder, int outputStride, TaskKind task, long seed) {
        public static final Recipe PLAIN = new Recipe(Modulation.RC, Stage.CONV1, SEPARABLE, 16, NORMALS, 1);

        public Recipe with(Modulation other) {
            return new Recipe(other, modulatedFrom, decoder, outputStride, task, seed);
        }

        public Recipe from(Stage other) {
            return new Recipe(modulation, other, decoder, outputStride, task, seed);
        }

        public Recipe with(Decoder other) {
            return new Recipe(modulation, modulatedFrom, other, outputStride, task, seed);
        }

        public Recipe with(TaskKind other) {
            return new Recipe(modulation, modulatedFrom, decoder, outputStride, other, seed);
        }

        public Recipe outputStride(int other) {
            return new Recipe(modulation, modulatedFrom, decoder, other, task, seed);
        }

        public Recipe seed(long other) {
            return new Recipe(modulation, modulatedFrom, decoder, outputStride, task, other);
        }
    }

    public static PackManifest manifest(FilterBank bank, Recipe recipe) {
        boolean needsBank = recipe.modulation() != Modulation.NONE || recipe.modulatedFrom() != Stage.CONV1;
        return new PackManifest(
                "random-" + recipe.seed(),
                "1",
                "random values",
                recipe.task(),
                needsBank ? Optional.of(bank.fingerprint()) : Optional.empty(),
                bank.manifest().architecture(),
                recipe.outputStride(),
                recipe.modulation(),
                recipe.modulatedFrom(),
                needsBank ? bank.manifest().ranks() : Map.of(),
                recipe.decoder(),
                new InputPolicy(512, true, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance("random", "none", "none", recipe.seed(), 0, "test"),
                List.of(),
                "CC0-1.0",
                1e-3);
    }

    public static ModulatorPack pack(FilterBank bank, Recipe recipe) {
        SplittableRandom random = new SplittableRandom(recipe.seed());
        PackManifest manifest = manifest(bank, recipe);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        manifest.layout().forEach((name, shape) -> tensors.put(name, random(random, name, shape)));
        return new ModulatorPack(manifest, tensors, "digest-" + recipe.seed());
    }

    /** A direct buffer [1, 3, height, width] of normal values. */
    public static FloatBuffer image(int height, int width, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FloatBuffer image = ByteBuffer.allocateDirect(3 * height * width * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < image.capacity(); i++) {
            image.put(i, (float) centred(random));
        }
        return image;
    }

    /** Uniform, mean 0, variance 1. */
    private static double centred(SplittableRandom random) {
        return (random.nextDouble() - 0.5) * Math.sqrt(12);
    }

    private static Tensor random(SplittableRandom random, String name, Shape shape) {
        int count = Math.toIntExact(shape.elements());
        float[] values = new float[count];
        double scale = Math.sqrt(1.0 / Math.max(1, count / shape.extent(0)));
        for (int i = 0; i < count; i++) {
            if (name.endsWith("running_var")) {
                values[i] = (float) (0.5 + random.nextDouble());
            } else if (name.endsWith("running_mean") || name.endsWith("bias")) {
                values[i] = (float) (0.2 * centred(random));
            } else if (shape.rank() == 1) {
                values[i] = (float) ((0.6 + 0.8 * random.nextDouble()) * (random.nextInt(8) == 0 ? -1 : 1));
            } else {
                values[i] = (float) (scale * centred(random));
            }
        }
        return Tensor.of(shape, values);
    }
}
