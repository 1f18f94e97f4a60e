package dev.facet.evaluation.metric;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Root mean squared errors of depth. {@code rmse} is the mean over the images of each image's error, {@code log_rmse} the
 * median over the images of each image's error of natural logarithms; predictions that aren't positive become 1e-9.
 *
 * <p>Pixels whose label is 0 don't count, images without others neither, and {@code rmse_pixels}, the error over the pixels of
 * all images, is given too. In parity with the reference, labels of 0 become 1e-9 and count like any other.
 */
final class DepthScorer extends Scorer {
    private static final double TINY = 1e-9;

    private record Errors(double squares, double logSquares, long pixels) {}

    private final boolean parity;
    private final PerImage<Errors> results = new PerImage<>();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder total = new LongAdder();

    DepthScorer(boolean parity) {
        this.parity = parity;
    }

    @Override
    void count(String id, Prediction prediction, Label label) {
        Prediction.DepthMap map = Pairs.checked(Prediction.DepthMap.class, prediction);
        Pairs.checkQuantity(map, DepthQuantity.DISTANCE);
        float[] values = map.values();
        float[] metres = Pairs.checked(Label.DepthMap.class, label).metres();
        Pairs.checkSize(prediction, label);
        double squares = 0;
        double logSquares = 0;
        long pixels = 0;
        int zeros = 0;
        for (int i = 0; i < metres.length; i++) {
            zeros += metres[i] == 0 ? 1 : 0;
            if (metres[i] == 0 && !parity) {
                continue;
            }
            double expected = metres[i] == 0 ? TINY : metres[i];
            double actual = values[i] <= 0 ? TINY : values[i];
            double error = expected - actual;
            double logError = Math.log(expected) - Math.log(actual);
            squares += error * error;
            logSquares += logError * logError;
            pixels++;
        }
        unknown.add(zeros);
        total.add(metres.length);
        if (pixels > 0) {
            results.put(id, new Errors(squares, logSquares, pixels));
        }
    }

    @Override
    public boolean isEmpty() {
        return unknown.sum() == total.sum();
    }

    @Override
    String counted() {
        return "a distance";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(errors -> new double[] {Math.sqrt(errors.squares() / errors.pixels())});
    }

    @Override
    Map<String, Double> measured() {
        Collection<Errors> all = results.all();
        double sum = 0;
        double squares = 0;
        long pixels = 0;
        double[] logs = new double[all.size()];
        int image = 0;
        for (Errors errors : all) {
            sum += Math.sqrt(errors.squares() / errors.pixels());
            logs[image++] = Math.sqrt(errors.logSquares() / errors.pixels());
            squares += errors.squares();
            pixels += errors.pixels();
        }
        Arrays.sort(logs);
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("rmse", sum / image);
        scores.put("log_rmse", (logs[(image - 1) / 2] + logs[image / 2]) / 2);
        if (!parity) {
            scores.put("rmse_pixels", Math.sqrt(squares / pixels));
        }
        return scores;
    }

    @Override
    public List<String> remarks() {
        if (unknown.sum() == 0) {
            return List.of();
        }
        return List.of("depth: %d of %d pixels have no distance, %s"
                .formatted(unknown.sum(), total.sum(), parity ? "scored as 1e-9" : "left out"));
    }
}
