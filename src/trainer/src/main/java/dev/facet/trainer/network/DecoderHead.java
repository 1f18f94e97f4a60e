package dev.facet.trainer.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.network.Decoder;
import dev.facet.trainer.engine.Ops;

/** Atrous spatial pyramid pooling, fusion with layer1, prediction (DeepLabv3+, ECCV 2018). */
final class DecoderHead {
    private final Decoder decoder;
    private final TaskParameters parameters;

    DecoderHead(Decoder decoder, TaskParameters parameters) {
        this.decoder = decoder;
        this.parameters = parameters;
    }

    /**
     * Runs the decoder.
     *
     * @param low output of layer1
     * @param deep output of layer4
     * @return [N, outputs, h, w] at the size of {@code low}
     */
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
        if (parameters.has(name + ".depthwise.weight")) {
            y = Ops.depthwise(x, parameters.get(name + ".depthwise.weight"), rate);
            y = Ops.pointwise(y, parameters.get(name + ".pointwise.weight"));
        } else {
            NDArray weight = parameters.get(name + ".conv.weight");
            boolean wide = weight.getShape().get(2) == 3;
            y = Ops.convolution(x, weight, null, 1, wide ? rate : 0, wide ? rate : 1, 1);
        }
        return Ops.relu(Units.norm(parameters, name + ".norm", y, training));
    }
}
