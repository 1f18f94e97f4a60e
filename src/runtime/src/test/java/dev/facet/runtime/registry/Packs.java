package dev.facet.runtime.registry;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.pack.Provenance;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.AnsweringPack;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.RandomNetworks.Recipe;
import dev.facet.runtime.engine.SelfTest;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Whole packs with random values, modulated in layer4 only and self-tested at 32 pixels, so that a plug takes milliseconds. */
public final class Packs {
    static final Decoder DECODER = new Decoder(Decoder.Kind.SEPARABLE, 16, 8, List.of(1, 2, 3));

    private Packs() {}

    public static ModulatorPack pack(Engine engine, PackId id, TaskKind task, long seed) {
        return pack(engine, id, new Recipe(Modulation.RC, Stage.LAYER4, DECODER, 16, task, seed));
    }

    /** A pack of a few kilobytes: its norms and its decoder are its own. */
    static ModulatorPack small(Engine engine, PackId id, TaskKind task, long seed) {
        return pack(engine, id, new Recipe(Modulation.NORM, Stage.LAYER4, DECODER, 16, task, seed));
    }

    /** The pack under another address. */
    static ModulatorPack under(PackId id, ModulatorPack pack) {
        PackManifest old = pack.manifest();
        PackManifest manifest =
                manifest(id, old.task(), old.bank().orElseThrow(), old.architecture(), old.modulation());
        return new ModulatorPack(manifest, pack.tensors(), "");
    }

    private static ModulatorPack pack(Engine engine, PackId id, Recipe recipe) {
        FilterBank bank = engine.bank();
        long seed = recipe.seed();
        PackManifest manifest =
                manifest(id, recipe.task(), bank.fingerprint(), bank.manifest().architecture(), recipe.modulation());
        Map<String, Tensor> tensors =
                new LinkedHashMap<>(RandomNetworks.pack(bank, recipe).tensors());
        byte[] pixels = new byte[32 * 32 * 3];
        new SplittableRandom(seed).nextBytes(pixels);
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, Tensor.ofBytes(new Shape(32, 32, 3), pixels));
        try (PreparedPack prepared = engine.prepare(new ModulatorPack(manifest, tensors, ""), Plan.FACTORED)) {
            Tensor image = tensors.get(ModulatorPack.SELF_TEST_IMAGE);
            tensors.put(
                    ModulatorPack.SELF_TEST_OUTPUT,
                    SelfTest.output(prepared, image, bank.manifest().input()));
        }
        return new ModulatorPack(manifest, tensors, "");
    }

    static PackManifest manifest(PackId id, TaskKind task, String bank, Architecture architecture) {
        return manifest(id, task, bank, architecture, Modulation.RC);
    }

    private static PackManifest manifest(
            PackId id, TaskKind task, String bank, Architecture architecture, Modulation modulation) {
        return new PackManifest(
                id.name(),
                id.version(),
                "random values",
                task,
                Optional.of(bank),
                architecture,
                16,
                modulation,
                Stage.LAYER4,
                Map.of(),
                DECODER,
                new InputPolicy(64, true, 16),
                Map.of(Plan.FACTORED, 0.0, Plan.MERGED, 0.0),
                new Provenance("random", "none", "none", 0, 0, "test"),
                List.of(),
                "CC0-1.0",
                1e-3);
    }

    /** The pack with another output in its self-test. */
    static ModulatorPack lying(ModulatorPack pack) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        Tensor output = tensors.get(ModulatorPack.SELF_TEST_OUTPUT);
        float[] values = output.toFloatArray();
        values[values.length / 2] += 1;
        tensors.put(ModulatorPack.SELF_TEST_OUTPUT, Tensor.of(output.shape(), values));
        return new ModulatorPack(pack.manifest(), tensors, "");
    }

    /** What a pack answers for an image of 32×32. */
    static float[] answer(Engine engine, AnsweringPack pack, FloatBuffer image, Cancellation cancellation) {
        NetworkInput input = NetworkInput.of(image, 32, 32);
        try (Features features = engine.features(pack.prefix(), input, cancellation)) {
            return pack.run(features, cancellation).get(0).values();
        }
    }
}
