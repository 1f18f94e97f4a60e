package dev.facet.trainer;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** The reference's ImageNet checkpoints with random values. */
final class RandomCheckpoint {
    private RandomCheckpoint() {}

    /** An ImageNet classifier in the reference's names, with random values that keep the scale of what passes through. */
    static Map<String, Tensor> of(Modulation modulation) {
        Random random = new Random(9);
        Map<String, Tensor> checkpoint = new LinkedHashMap<>();
        for (Convolution conv : Architecture.RESNET18.convolutions()) {
            int out = conv.outChannels();
            put(checkpoint, conv.name() + ".Ws.weight", random, out, conv.inChannels(), conv.kernel(), conv.kernel());
            int columns = modulation == Modulation.RA_PARALLEL ? conv.inChannels() : out;
            put(checkpoint, conv.name() + ".Wt.weight", random, out, columns, 1, 1);
            putNorm(checkpoint, conv.norm(), random, out);
            if (modulation == Modulation.RA_SERIES) {
                putNorm(checkpoint, conv.name() + ".bn", random, out);
            }
        }
        for (Convolution conv : Architecture.RESNET18.shortcuts()) {
            put(checkpoint, conv.name() + ".weight", random, conv.outChannels(), conv.inChannels(), 1, 1);
            putNorm(checkpoint, conv.norm(), random, conv.outChannels());
        }
        return checkpoint;
    }

    private static void putNorm(Map<String, Tensor> checkpoint, String norm, Random random, int channels) {
        for (String part : TensorLayout.NORM_PARTS) {
            float[] values = new float[channels];
            for (int i = 0; i < channels; i++) {
                boolean positive = part.equals("weight") || part.equals("running_var");
                values[i] = (float) (positive ? 0.5 + random.nextDouble() : 0.1 * random.nextGaussian());
            }
            checkpoint.put(norm + "." + part, Tensor.of(new Shape(channels), values));
        }
    }

    private static void put(Map<String, Tensor> checkpoint, String name, Random random, long... extents) {
        Shape shape = new Shape(extents);
        float[] values = new float[Math.toIntExact(shape.elements())];
        double deviation = Math.sqrt(1.0 * shape.extent(0) / shape.elements());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        checkpoint.put(name, Tensor.of(shape, values));
    }
}
