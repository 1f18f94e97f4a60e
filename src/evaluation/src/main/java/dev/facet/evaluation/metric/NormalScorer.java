package dev.facet.evaluation.metric;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Angles between predicted and true normals, in degrees, over the pixels of all images whose label isn't (0, 0, 0): mean,
 * median, rmse = √(mean of the squares), and the per cent of pixels below 11.25, 22.5 and 30.
 *
 * <p>A prediction is rounded to round(255·(n + 1)/2), read as 2·v/255 − 1 and divided by its length.
 */
final class NormalScorer extends Scorer {
    private record Angles(double sum, double squares, long pixels, long below11, long below22, long below30) {}

    private final PerImage<Angles> results = new PerImage<>();
    private final AngleMedian median = new AngleMedian();

    @Override
    void count(String id, Prediction prediction, Label label) {
        float[] predicted =
                Pairs.checked(Prediction.NormalMap.class, prediction).values();
        float[] truth = Pairs.checked(Label.NormalMap.class, label).vectors();
        Pairs.checkSize(prediction, label);
        float[] angles = new float[truth.length / 3];
        int pixels = 0;
        double sum = 0;
        double squares = 0;
        long below11 = 0;
        long below22 = 0;
        long below30 = 0;
        for (int i = 0; i < truth.length; i += 3) {
            double length = length(truth[i], truth[i + 1], truth[i + 2]);
            if (length == 0) {
                continue;
            }
            double x = coded(predicted[i]);
            double y = coded(predicted[i + 1]);
            double z = coded(predicted[i + 2]);
            double dot = x * truth[i] + y * truth[i + 1] + z * truth[i + 2];
            double cosine = dot / ((length(x, y, z) + 1e-12) * length);
            double angle = Math.toDegrees(Math.acos(Math.min(Math.max(cosine, -1), 1)));
            angles[pixels++] = (float) angle;
            sum += angle;
            squares += angle * angle;
            below11 += angle < 11.25 ? 1 : 0;
            below22 += angle < 22.5 ? 1 : 0;
            below30 += angle < 30 ? 1 : 0;
        }
        if (pixels > 0) {
            results.put(id, new Angles(sum, squares, pixels, below11, below22, below30));
            median.add(angles, pixels);
        }
    }

    private static double coded(float component) {
        return 2 * Pairs.quantized((component + 1) * 127.5f) / 255.0 - 1;
    }

    private static double length(double x, double y, double z) {
        return Math.sqrt(x * x + y * y + z * z);
    }

    @Override
    public boolean isEmpty() {
        return results.isEmpty();
    }

    @Override
    String counted() {
        return "a direction";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(angles -> new double[] {angles.sum, angles.pixels});
    }

    @Override
    Map<String, Double> measured() {
        Angles total = new Angles(0, 0, 0, 0, 0, 0);
        for (Angles image : results.all()) {
            total = new Angles(
                    total.sum + image.sum,
                    total.squares + image.squares,
                    total.pixels + image.pixels,
                    total.below11 + image.below11,
                    total.below22 + image.below22,
                    total.below30 + image.below30);
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mean", total.sum / total.pixels);
        scores.put("median", median.value());
        scores.put("rmse", Math.sqrt(total.squares / total.pixels));
        scores.put("11.25", 100.0 * total.below11 / total.pixels);
        scores.put("22.5", 100.0 * total.below22 / total.pixels);
        scores.put("30", 100.0 * total.below30 / total.pixels);
        return scores;
    }
}
