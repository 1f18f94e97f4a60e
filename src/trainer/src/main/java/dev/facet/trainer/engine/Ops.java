package dev.facet.trainer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The operations that networks and losses are made of. Results belong to the manager of the first operand.
 *
 * <p>{@link #narrow} arrays are bfloat16, which DJL has no name for: only what says so here takes them.
 */
public final class Ops {
    private static final NDIndex WHOLE = new NDIndex("...");

    /** Below so many channels, one vector of its kernels, the engine isn't trusted with strided 1×1 convolutions in bfloat16. */
    private static final int VECTOR = 16;

    private Ops() {}

    /** Convolution of NCHW with [C_out, C_in/groups, k, k]; {@code bias} [C_out] or null. Of a narrow map in bfloat16. */
    public static NDArray convolution(
            NDArray x, NDArray weight, NDArray bias, int stride, int padding, int dilation, int groups) {
        if (isNarrow(x)) {
            NDArray narrowBias = bias == null ? null : narrow(bias);
            if (stride > 1
                    && padding == 0
                    && weight.getShape().get(2) == 1
                    && x.getShape().get(1) < VECTOR) {
                // The gradient of the filters writes beyond its memory (libtorch 2.7.1, AVX-512): an adapter of the
                // stem.
                return convolution(maxPool(x, 1, stride, 0), weight, bias, 1, padding, dilation, groups);
            }
            return JniUtils.convolution(
                    pt(x), pt(narrow(weight)), pt(narrowBias), pair(stride), pair(padding), pair(dilation), groups);
        }
        return JniUtils.convolution(pt(x), pt(weight), pt(bias), pair(stride), pair(padding), pair(dilation), groups);
    }

    /** 1×1 convolution without bias. */
    public static NDArray pointwise(NDArray x, NDArray weight) {
        return convolution(x, weight, null, 1, 0, 1, 1);
    }

    /** A 3×3 convolution of each channel with its own filter, weight [C, 1, 3, 3], without bias, that keeps the size. */
    public static NDArray depthwise(NDArray x, NDArray weight, int dilation) {
        if (dilation == 1) {
            return convolution(
                    x, weight, null, 1, 1, 1, Math.toIntExact(x.getShape().get(1)));
        }
        return ScriptedOps.get().dilatedDepthwise(x, isNarrow(x) ? narrow(weight) : weight, dilation);
    }

    /** An fp32 array in bfloat16; gradients come back in fp32. A narrow one is returned as it is. */
    public static NDArray narrow(NDArray x) {
        return isNarrow(x) ? x : ScriptedOps.get().narrow(x);
    }

    /** A narrow array in fp32; gradients come back in bfloat16. Any other is returned as it is. */
    public static NDArray widen(NDArray x) {
        return isNarrow(x) ? ScriptedOps.get().widen(x) : x;
    }

    /** Whether an array is bfloat16. */
    public static boolean isNarrow(NDArray x) {
        return x.getDataType() == DataType.UNKNOWN;
    }

    /** The larger of each value and 0; of narrow maps too. */
    public static NDArray relu(NDArray x) {
        return JniUtils.relu(pt(x));
    }

    /**
     * Batch norm; in training mode with the batch's statistics, and the running ones are updated in place.
     * Of a narrow map with statistics and parameters of fp32 too.
     */
    public static NDArray batchNorm(
            NDArray x,
            NDArray runningMean,
            NDArray runningVariance,
            NDArray weight,
            NDArray bias,
            boolean training,
            double momentum,
            double epsilon) {
        return JniUtils.batchNorm(
                pt(x), pt(runningMean), pt(runningVariance), pt(weight), pt(bias), training, momentum, epsilon);
    }

    /** The largest value of each window; of narrow maps too. */
    public static NDArray maxPool(NDArray x, int kernel, int stride, int padding) {
        return JniUtils.maxPool(pt(x), pair(kernel), pair(stride), pair(padding), false);
    }

    /** The mean over height and width, [N, C, 1, 1]; of narrow maps too. */
    public static NDArray globalMean(NDArray x) {
        return JniUtils.mean(JniUtils.mean(pt(x), 3, true), 2, true);
    }

    /**
     * Bilinear, half-pixel centres; of narrow maps too. For enlarging (or equal sizes) only: shrinking would alias.
     */
    public static NDArray enlarge(NDArray x, long height, long width) {
        Shape shape = x.getShape();
        if (shape.get(2) == height && shape.get(3) == width) {
            return x;
        }
        if (height < shape.get(2) || width < shape.get(3)) {
            throw new IllegalArgumentException(
                    "can't shrink: shape=%s, height=%d, width=%d".formatted(shape, height, width));
        }
        return ScriptedOps.get().enlarge(x, height, width);
    }

    public static NDArray softplus(NDArray x) {
        return JniUtils.softPlus(pt(x));
    }

    public static NDArray logSoftmax(NDArray x, int axis) {
        return JniUtils.logSoftmax(pt(x), axis, x.getDataType());
    }

    public static NDArray gather(NDArray x, NDArray index, int axis) {
        return JniUtils.gather(pt(x), pt(index), axis);
    }

    /** x/max(‖x‖₂, 1e-12) along an axis. */
    public static NDArray normalize(NDArray x, int axis) {
        return JniUtils.normalize(pt(x), 2, axis, 1e-12);
    }

    /** Sets whether operations of this thread are recorded for gradients. */
    public static void recordGradients(boolean on) {
        JniUtils.setGradMode(on);
    }

    /** Accumulates gradients of a scalar into the parameters that it was computed from. */
    public static void backward(NDArray scalar) {
        JniUtils.backward(pt(scalar), (PtNDArray) scalar.getManager().ones(scalar.getShape()), false, false);
    }

    public static void zeroGradient(NDArray parameter) {
        JniUtils.zeroGrad(pt(parameter));
    }

    /** An fp32 array with the values of a tensor. */
    public static NDArray of(NDManager manager, Tensor tensor) {
        return of(manager, tensor, DataType.FLOAT32);
    }

    /** An array of fp32 or fp64 with the values of a tensor. */
    public static NDArray of(NDManager manager, Tensor tensor, DataType type) {
        Shape shape = new Shape(tensor.shape().extents());
        return type == DataType.FLOAT64
                ? manager.create(tensor.toDoubleArray(), shape)
                : manager.create(tensor.toFloatArray(), shape);
    }

    /** An array of fp32 or fp64 with these values. */
    public static NDArray of(NDManager manager, float[] values, Shape shape, DataType type) {
        NDArray array = manager.create(values, shape);
        if (type == DataType.FLOAT32) {
            return array;
        }
        try (array) {
            return array.toType(type, true);
        }
    }

    /** Values that a result is computed with, beside {@code like} and of its type; they get no gradient. */
    public static NDArray constant(NDArray like, float[] values, Shape shape) {
        return of(like.getManager(), values, shape, like.getDataType());
    }

    /** Sets all values of an array; gradients must not be recorded. */
    public static void set(NDArray array, Tensor tensor) {
        try (NDArray source = of(array.getManager(), tensor, array.getDataType())) {
            array.set(WHOLE, source);
        }
    }

    /** A tensor with the values of an array of fp32 or fp64, in that type. */
    public static Tensor toTensor(NDArray array) {
        var shape = new dev.facet.core.tensor.Shape(array.getShape().getShape());
        return array.getDataType() == DataType.FLOAT64
                ? Tensor.ofDoubles(shape, array.toDoubleArray())
                : Tensor.of(shape, toFloats(array));
    }

    /** The value of a scalar of fp32 or fp64. */
    public static double toDouble(NDArray scalar) {
        return scalar.getDataType() == DataType.FLOAT64 ? scalar.getDouble() : scalar.getFloat();
    }

    /** The values of an fp32 array. */
    public static float[] toFloats(NDArray array) {
        ByteBuffer bytes = array.toByteBuffer().order(ByteOrder.nativeOrder());
        FloatBuffer values = bytes.asFloatBuffer();
        float[] result = new float[values.remaining()];
        values.get(result);
        return result;
    }

    /** The values of an array of fp32 or fp64. */
    public static double[] toDoubles(NDArray array) {
        if (array.getDataType() == DataType.FLOAT64) {
            return array.toDoubleArray();
        }
        float[] floats = toFloats(array);
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    private static Shape pair(int value) {
        return new Shape(value, value);
    }

    private static PtNDArray pt(NDArray array) {
        return (PtNDArray) array;
    }
}
