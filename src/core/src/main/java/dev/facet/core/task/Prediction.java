package dev.facet.core.task;

import java.util.List;

/**
 * A task's answer at the image's own size. Arrays are owned by the holder and read-only by agreement: they are large.
 */
public sealed interface Prediction {
    int height();

    int width();

    /**
     * Class ids.
     *
     * @param ids {@code height·width} ids, row-major, unsigned; {@link ClassKind#UNKNOWN} where that was asked for
     */
    record LabelMap(int height, int width, byte[] ids, List<LabelClass> classes) implements Prediction {}

    /**
     * Distances, or inverse depths: the task says which.
     *
     * @param values {@code height·width} distances in the unit of the task, or inverse depths (larger is nearer), row-major
     */
    record DepthMap(int height, int width, float[] values, Depth task) implements Prediction {}

    /**
     * Unit normals.
     *
     * @param values {@code height·width·3} components x, y, z, HWC
     */
    record NormalMap(int height, int width, float[] values, Normals task) implements Prediction {}

    /**
     * Probabilities.
     *
     * @param values {@code height·width} values in [0, 1], row-major
     */
    record ProbabilityMap(int height, int width, float[] values) implements Prediction {}
}
