package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.Tensor;
import dev.facet.trainer.engine.Ops;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Atrous spatial pyramid pooling, fusion with layer1, prediction (DeepLabv3+, ECCV 2018). */
final class DecoderHead {
    private final Decoder decoder;
    private final Parameters parameters;

    /** Adds the decoder's tensors to {@code parameters}. */
    DecoderHead(Decoder decoder, int outputs, Parameters parameters, long seed) {
        this.decoder = decoder;
        this.parameters = parameters;
        Random random = new Random(seed ^ 0x5DEECE66DL);
        for (Map.Entry<String, dev.facet.core.tensor.Shape> entry :
                TensorLayout.decoder(decoder, outputs).entrySet()) {
            String name = entry.getKey();
            Tensor initial = initial(name, entry.getValue(), random);
            if (name.contains(".running_")) {
                parameters.keep(name, initial);
            } else {
                parameters.train(name, initial);
            }
        }
    }

    /**
     * The reference's N(0, 0.01²) for its own decoder; fan-in scaling for the separable one, whose chains of small layers
     * start too faint otherwise. Norms are the identity, the predictor's bias U(±1/√width).
     */
    private Tensor initial(String name, dev.facet.core.tensor.Shape shape, Random random) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        if (name.endsWith(".norm.weight") || name.endsWith(".running_var")) {
            Arrays.fill(values, 1);
        } else if (name.equals("decoder.predict.bias")) {
            double bound = 1 / Math.sqrt(decoder.width());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
            }
        } else if (name.endsWith("weight")) {
            long fanIn = shape.elements() / shape.extent(0);
            boolean faint = decoder.kind() == Decoder.Kind.DEEPLABV3PLUS || name.startsWith("decoder.predict");
            double deviation = faint ? 0.01 : Math.sqrt(2.0 / fanIn);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
        }
        return Tensor.of(shape, values);
    }

    NDArray forward(NDArray low, NDArray deep, boolean training) {
        Shape size = deep.getShape();
        NDArray pooled = unit("decoder.aspp.4", Ops.globalMean(deep), 1, training);
        NDList branches = new NDList(unit("decoder.aspp.0", deep, 1, training));
        for (int branch = 1; branch <= 3; branch++) {
            int rate = decoder.rates().get(branch - 1);
            branches.add(unit("decoder.aspp." + branch, deep, rate, training));
        }
        branches.add(pooled.broadcast(size.get(0), decoder.width(), size.get(2), size.get(3)));
        NDArray context = unit("decoder.project", NDArrays.concat(branches, 1), 1, training);
        context = Ops.enlarge(context, low.getShape().get(2), low.getShape().get(3));
        NDArray detail = unit("decoder.low", low, 1, training);
        NDArray fused = NDArrays.concat(new NDList(context, detail), 1);
        fused = unit("decoder.fuse.0", fused, 1, training);
        fused = unit("decoder.fuse.1", fused, 1, training);
        return Ops.convolution(
                fused, parameters.get("decoder.predict.weight"), parameters.get("decoder.predict.bias"), 1, 0, 1, 1);
    }

    /** Convolution, norm, ReLU. */
    private NDArray unit(String name, NDArray x, int rate, boolean training) {
        NDArray y;
        if (parameters.trained().containsKey(name + ".depthwise.weight")) {
            int channels = Math.toIntExact(x.getShape().get(1));
            y = Ops.convolution(x, parameters.get(name + ".depthwise.weight"), null, 1, rate, rate, channels);
            y = Ops.pointwise(y, parameters.get(name + ".pointwise.weight"));
        } else {
            NDArray weight = parameters.get(name + ".conv.weight");
            boolean wide = weight.getShape().get(2) == 3;
            y = Ops.convolution(x, weight, null, 1, wide ? rate : 0, wide ? rate : 1, 1);
        }
        return Ops.relu(TaskNetwork.norm(parameters, name + ".norm", y, training));
    }
}
