package dev.facet.runtime.engine;

import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** A pack's own example: its image, neither resized nor padded, must give its output on this engine and plan. */
public final class SelfTest {
    private SelfTest() {}

    /**
     * Runs the self-test of the pack's plan: under int8 its answer is held against what int8 answered when it was made.
     *
     * @param cap largest tolerance that the manifest may ask for, relative to the largest |output|
     * @throws PackException {@code SELF_TEST_FAILED} if the answer differs by more than the tolerance
     */
    public static void check(PreparedPack prepared, ModulatorPack pack, Normalization input, double cap) {
        float[] expected = expected(prepared, pack).toFloatArray();
        float[] actual = answer(prepared, pack.tensor(ModulatorPack.SELF_TEST_IMAGE), input);
        double tolerance = Math.min(cap, tolerance(prepared, pack));
        double difference = relativeDifference(expected, actual);
        if (!(difference <= tolerance)) {
            throw new PackException(
                    PackFault.SELF_TEST_FAILED,
                    "self-test differs: max|Δ|/max|y|=%.3e, expected at most %.0e [pack=%s@%s, plan=%s]"
                            .formatted(
                                    difference,
                                    tolerance,
                                    pack.manifest().name(),
                                    pack.manifest().version(),
                                    prepared.plan().id()));
        }
    }

    /** What the pack says that it answers under its plan. */
    public static Tensor expected(PreparedPack prepared, ModulatorPack pack) {
        return pack.tensor(
                prepared.plan() == Plan.INT8
                        ? ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT
                        : ModulatorPack.SELF_TEST_OUTPUT);
    }

    private static double tolerance(PreparedPack prepared, ModulatorPack pack) {
        PackManifest manifest = pack.manifest();
        return prepared.plan() == Plan.INT8
                ? manifest.quantization().orElseThrow().selfTestTolerance()
                : manifest.selfTestTolerance();
    }

    /** What the pack answers for an image [h, w, 3] of bytes: fp32 [1, outputs, h, w], to be stored as its self-test. */
    public static Tensor output(PreparedPack prepared, Tensor image, Normalization input) {
        Shape shape = new Shape(
                1,
                prepared.manifest().task().outputs(),
                image.shape().extent(0),
                image.shape().extent(1));
        return Tensor.of(shape, answer(prepared, image, input));
    }

    private static float[] answer(PreparedPack prepared, Tensor image, Normalization input) {
        int height = image.shape().intExtent(0);
        int width = image.shape().intExtent(1);
        byte[] rgb = new byte[height * width * 3];
        ByteBuffer data = image.data();
        data.get(rgb);
        FloatBuffer nchw = InputTensor.allocate(height, width);
        InputTensor.prepare(new Raster(height, width, rgb), Frame.identity(height, width), input, nchw);
        NetworkOutput output = prepared.run(nchw, height, width);
        return prepared.manifest().task().forward(output, height, width);
    }

    /** max|Δ|/max|expected|; infinite where lengths differ or a value isn't a number. */
    public static double relativeDifference(float[] expected, float[] actual) {
        if (expected.length != actual.length) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double delta = Math.abs((double) expected[i] - actual[i]);
            difference = Double.isNaN(delta) ? Double.POSITIVE_INFINITY : Math.max(difference, delta);
        }
        return difference / Math.max(largest, Float.MIN_NORMAL);
    }
}
