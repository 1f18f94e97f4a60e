package dev.facet.trainer;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** A bank with random filters that keep the scale of what passes through. */
public final class RandomBank {
    private RandomBank() {}

    /** A bank of which the first half is in a basis of its own: {@code init.*.modulator} is there (merging all takes long). */
    public static FilterBank of(long seed) {
        return of(
                Architecture.RESNET18,
                seed,
                name -> !name.endsWith(".modulator") || !name.matches("init\\.(layer4|layer3\\.1).*"));
    }

    /** The same, said to be in the basis of responses. */
    public static FilterBank rotated(long seed) {
        FilterBank bank = of(seed);
        BankManifest plain = bank.manifest();
        BankManifest rotated = new BankManifest(
                plain.architecture(),
                Optional.of(BankManifest.Response.ofFiles("random")),
                plain.ranks(),
                plain.input(),
                plain.provenance(),
                plain.licence());
        return new FilterBank(rotated, bank.tensors());
    }

    /** A bank whose filters are the pre-trained network's own. */
    public static FilterBank plain(long seed) {
        return plain(Architecture.RESNET18, seed);
    }

    public static FilterBank plain(Architecture architecture, long seed) {
        return of(architecture, seed, name -> !name.endsWith(".modulator"));
    }

    /** A bank without what a pack starts from. */
    public static FilterBank bare(long seed) {
        return of(Architecture.RESNET18, seed, name -> !name.startsWith("init."));
    }

    private static FilterBank of(Architecture architecture, long seed, Predicate<String> wanted) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        TensorLayout.bank(architecture, Map.of(), true).forEach((name, shape) -> {
            float[] values = new float[Math.toIntExact(shape.elements())];
            if (name.endsWith("running_var") || shape.rank() == 1 && name.endsWith("weight")) {
                Arrays.fill(values, 1);
            } else if (shape.rank() == 1) {
                fill(values, 0.1, random);
            } else {
                double gain = name.endsWith("modulator") ? 1 : 2;
                double deviation = Math.sqrt(gain * shape.extent(0) / shape.elements());
                fill(values, deviation, random);
            }
            if (wanted.test(name)) {
                tensors.put(name, Tensor.of(shape, values));
            }
        });
        return new FilterBank(
                new BankManifest(architecture, Optional.empty(), Map.of(), Normalization.IMAGENET, "random", "none"),
                tensors);
    }

    private static void fill(float[] values, double deviation, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
    }
}
