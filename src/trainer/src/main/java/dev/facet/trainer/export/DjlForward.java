package dev.facet.trainer.export;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.task.NetworkOutput;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.network.TaskNetwork;
import java.nio.FloatBuffer;

/** Runs finished packs on the training engine, in inference mode: what other engines are compared with. */
public final class DjlForward {
    private DjlForward() {}

    /**
     * Answers one input.
     *
     * @param nchw {@code 3·height·width} normalised values
     * @return {@code outputs·height·width} values as {@code TaskKind.forward} gives
     */
    public static float[] forward(FilterBank bank, ModulatorPack pack, float[] nchw, int height, int width) {
        return pack.manifest().task().forward(map(bank, pack, nchw, height, width), height, width);
    }

    /** The stride-4 map of one input. */
    public static NetworkOutput map(FilterBank bank, ModulatorPack pack, float[] nchw, int height, int width) {
        TorchEngine.start();
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.of(manager, bank, pack)) {
            return map(network, manager.create(nchw, new Shape(1, 3, height, width)));
        }
    }

    /** The stride-4 map of one image [1, 3, H, W] in inference mode. */
    public static NetworkOutput map(TaskNetwork network, NDArray image) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return output(network.forward(image, false));
        }
    }

    /** An image as the network sees it, [1, 3, H, W]: scaled and padded as the frame says, normalised. */
    public static NDArray input(NDManager manager, Raster image, Frame frame, Normalization normalization) {
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(image, frame, normalization, input);
        return manager.create(input, new Shape(1, 3, frame.paddedHeight(), frame.paddedWidth()));
    }

    /** The values of a map [1, C, h, w]. */
    public static NetworkOutput output(NDArray map) {
        Shape shape = map.getShape();
        return new NetworkOutput(
                Math.toIntExact(shape.get(1)),
                Math.toIntExact(shape.get(2)),
                Math.toIntExact(shape.get(3)),
                Ops.toFloats(map));
    }
}
