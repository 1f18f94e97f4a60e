package dev.facet.trainer.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.facet.trainer.engine.Ops;
import java.util.Arrays;

/**
 * The scale- and shift-invariant loss of inverse depth (R. Ranftl et al., "Towards Robust Monocular Depth Estimation", TPAMI 2020,
 * equations 5 to 8 and 11), for labels above 0, 0 where nothing is known.
 *
 * <p>Prediction d and label d* of an image are each brought to d̂ = (d − t)/s with the median t and the mean absolute deviation s
 * of its M known pixels. With the residuals R = d̂ − d̂*, an image costs
 *
 * <pre>
 * 1/(2M)·Σ |R| over the smallest 80 % of |R|  +  ½·Σₖ (1/Mₖ)·Σ (|∂x Rₖ| + |∂y Rₖ|),  k = 0 … 3
 * </pre>
 *
 * where Rₖ is every 2ᵏ-th row and column, Mₖ its known pixels, and a difference counts between two known ones. The loss is the mean
 * over the images that have depth: with labels that aren't all the same. Gradients flow through t (from the one pixel that is the
 * median, the lower of two) and s. Where a prediction is flat, s is at least 1e-3.
 */
final class ScaleAndShiftInvariant implements Loss {
    private static final double KEPT = 0.8;
    private static final double MATCHING = 0.5;
    private static final int SCALES = 4;
    private static final float FLAT = 1e-3f;

    @Override
    public NDArray of(NDArray prediction, float[] labels) {
        int images = Math.toIntExact(prediction.getShape().get(0));
        int height = Math.toIntExact(prediction.getShape().get(2));
        int width = Math.toIntExact(prediction.getShape().get(3));
        Truth truth = Truth.of(labels, images, height, width);
        NDArray residuals =
                normalised(prediction, truth).sub(Ops.constant(prediction, truth.normalised(), prediction.getShape()));
        NDArray loss = residuals
                .abs()
                .mul(Ops.constant(prediction, trimmed(residuals, truth), prediction.getShape()))
                .sum();
        for (int scale = 0; scale < SCALES; scale++) {
            loss = loss.add(matching(residuals, truth, 1 << scale));
        }
        return loss;
    }

    /** d̂ of the prediction, [N, 1, H, W]. */
    private static NDArray normalised(NDArray prediction, Truth truth) {
        double[] values = Ops.toDoubles(prediction);
        int area = truth.area();
        long[] medians = new long[truth.images()];
        float[] shares = new float[values.length];
        for (int image = 0; image < medians.length; image++) {
            medians[image] = truth.median(values, image);
            for (int i = image * area; i < (image + 1) * area; i++) {
                shares[i] = truth.known()[i] ? 1f / truth.counts()[image] : 0;
            }
        }
        Shape flat = new Shape(truth.images(), area);
        NDArray x = prediction.reshape(flat);
        NDArray index = prediction.getManager().create(medians, new Shape(truth.images(), 1));
        NDArray centred = x.sub(Ops.gather(x, index, 1));
        NDArray deviations = centred.abs()
                .mul(Ops.constant(prediction, shares, flat))
                .sum(new int[] {1}, true)
                .maximum(FLAT);
        return centred.div(deviations).reshape(prediction.getShape());
    }

    /** The weights of |R|: those of the largest of an image are 0. */
    private static float[] trimmed(NDArray residuals, Truth truth) {
        double[] values = Ops.toDoubles(residuals);
        float[] weights = new float[values.length];
        int area = truth.area();
        for (int image = 0; image < truth.images(); image++) {
            int count = truth.counts()[image];
            if (count == 0) {
                continue;
            }
            double[] sizes = new double[count];
            int to = 0;
            for (int i = image * area; i < (image + 1) * area; i++) {
                if (truth.known()[i]) {
                    sizes[to++] = Math.abs(values[i]);
                }
            }
            int kept = (int) (KEPT * count);
            double largest = kept == 0 ? -1 : OrderStatistic.of(sizes, kept - 1);
            // Of residuals as large as the largest that is kept, the first are.
            int equal = kept;
            for (double size : sizes) {
                equal -= size < largest ? 1 : 0;
            }
            for (int i = image * area; i < (image + 1) * area; i++) {
                double size = Math.abs(values[i]);
                if (truth.known()[i] && (size < largest || size == largest && equal-- > 0)) {
                    weights[i] = (float) (1.0 / (2.0 * count * truth.counted()));
                }
            }
        }
        return weights;
    }

    private static NDArray matching(NDArray residuals, Truth truth, int step) {
        int height = (truth.height() + step - 1) / step;
        int width = (truth.width() + step - 1) / step;
        NDArray coarse = step == 1 ? residuals : residuals.get(new NDIndex(":, :, ::%d, ::%d".formatted(step, step)));
        float[] across = new float[truth.images() * height * (width - 1)];
        float[] down = new float[truth.images() * (height - 1) * width];
        for (int image = 0; image < truth.images(); image++) {
            int known = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    known += truth.isKnown(image, y * step, x * step) ? 1 : 0;
                }
            }
            if (known == 0) {
                continue;
            }
            float weight = (float) (MATCHING / ((double) known * truth.counted()));
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    if (!truth.isKnown(image, y * step, x * step)) {
                        continue;
                    }
                    if (x + 1 < width && truth.isKnown(image, y * step, (x + 1) * step)) {
                        across[(image * height + y) * (width - 1) + x] = weight;
                    }
                    if (y + 1 < height && truth.isKnown(image, (y + 1) * step, x * step)) {
                        down[(image * (height - 1) + y) * width + x] = weight;
                    }
                }
            }
        }
        NDArray sum = residuals.getManager().zeros(new Shape(), residuals.getDataType());
        if (width > 1) {
            sum = sum.add(weighted(
                    coarse.get(new NDIndex(":, :, :, 1:")).sub(coarse.get(new NDIndex(":, :, :, :-1"))),
                    across,
                    new Shape(truth.images(), 1, height, width - 1)));
        }
        if (height > 1) {
            sum = sum.add(weighted(
                    coarse.get(new NDIndex(":, :, 1:")).sub(coarse.get(new NDIndex(":, :, :-1"))),
                    down,
                    new Shape(truth.images(), 1, height - 1, width)));
        }
        return sum;
    }

    private static NDArray weighted(NDArray differences, float[] weights, Shape shape) {
        return differences.abs().mul(Ops.constant(differences, weights, shape)).sum();
    }

    /**
     * The labels of a batch.
     *
     * @param known pixels of images that count
     * @param normalised d̂*, 0 where unknown
     * @param counts known pixels of each image; 0 where it doesn't count
     * @param counted images that count, at least 1
     */
    private record Truth(
            int images, int height, int width, boolean[] known, float[] normalised, int[] counts, int counted) {
        static Truth of(float[] labels, int images, int height, int width) {
            int area = height * width;
            boolean[] known = new boolean[labels.length];
            for (int i = 0; i < labels.length; i++) {
                known[i] = labels[i] != 0;
            }
            double[] values = new double[labels.length];
            Arrays.setAll(values, i -> labels[i]);
            float[] normalised = new float[labels.length];
            int[] counts = new int[images];
            int counted = 0;
            for (int image = 0; image < images; image++) {
                int count = 0;
                for (int i = image * area; i < (image + 1) * area; i++) {
                    count += known[i] ? 1 : 0;
                }
                double median =
                        count == 0 ? 0 : values[image * area + median(values, known, image * area, area, count)];
                double deviation = 0;
                for (int i = image * area; i < (image + 1) * area; i++) {
                    deviation += known[i] ? Math.abs(values[i] - median) / count : 0;
                }
                if (deviation == 0) {
                    Arrays.fill(known, image * area, (image + 1) * area, false);
                    continue;
                }
                counts[image] = count;
                counted++;
                for (int i = image * area; i < (image + 1) * area; i++) {
                    normalised[i] = known[i] ? (float) ((values[i] - median) / deviation) : 0;
                }
            }
            return new Truth(images, height, width, known, normalised, counts, Math.max(1, counted));
        }

        int area() {
            return height * width;
        }

        boolean isKnown(int image, int y, int x) {
            return known[(image * height + y) * width + x];
        }

        /** The place in its image of the pixel that has the median of the known ones; 0 where there are none. */
        long median(double[] values, int image) {
            return counts[image] == 0 ? 0 : median(values, known, image * area(), area(), counts[image]);
        }

        private static int median(double[] values, boolean[] isKnown, int from, int area, int count) {
            double[] known = new double[count];
            int to = 0;
            for (int i = from; i < from + area; i++) {
                if (isKnown[i]) {
                    known[to++] = values[i];
                }
            }
            double median = OrderStatistic.of(known, (count - 1) / 2);
            for (int i = from; i < from + area; i++) {
                if (isKnown[i] && values[i] == median) {
                    return i - from;
                }
            }
            // A value that isn't a number equals nothing; what comes of it isn't a number either, and is refused as
            // such.
            return 0;
        }
    }
}
