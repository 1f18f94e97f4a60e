package dev.facet.evaluation.metric;

import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * Scores of affine-invariant inverse depth. Every image is brought to its label first, by {@link Alignment}; scores are means over
 * the images of each image's value.
 *
 * <ul>
 *   <li>{@code l1_range}: mean |aligned − label| over the label's range, which reaches from its 2nd to its 98th percentile;
 *   <li>{@code spearman}: Spearman's rank correlation;
 *   <li>of images whose labels are distances, as sensors give them: {@code abs_rel}, mean |d − label|/label, and {@code delta1}, the
 *       share of pixels with max(d/label, label/d) below 1.25. The label's inverse is what the prediction is aligned to, and d is
 *       1/aligned, at most the farthest distance of the label: an aligned value near 0 or below has no distance.
 * </ul>
 *
 * <p>Pixels without a label don't count; neither do images whose label has no range. A label of another size is brought to the
 * prediction's, bilinearly.
 */
final class InverseDepthScorer extends Scorer {
    /** The score that packs are compared by. */
    static final String L1 = "l1_range";

    private static final double NEAR = 1.25;

    /** Of one image; the last two are NaN without distances. */
    private record Scores(double distance, double correlation, double relative, double close) {}

    private final PerImage<Scores> results = new PerImage<>();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder total = new LongAdder();
    private final LongAdder flat = new LongAdder();

    @Override
    void count(String id, Prediction prediction, Label label) {
        Prediction.DepthMap map = Pairs.checked(Prediction.DepthMap.class, prediction);
        Pairs.checkQuantity(map, DepthQuantity.INVERSE_DEPTH);
        Label known = label;
        float[] truth;
        float[] metres = new float[0];
        if (label instanceof Label.DepthMap distances) {
            metres = distances.metres();
            truth = Alignment.inverse(metres);
        } else {
            Label.InverseDepthMap inverse = Pairs.checked(Label.InverseDepthMap.class, label);
            known = inverse.resized(map.height(), map.width());
            truth = ((Label.InverseDepthMap) known).values();
        }
        Pairs.checkSize(prediction, known);
        score(id, map.values(), truth, metres);
    }

    private void score(String id, float[] values, float[] truth, float[] metres) {
        int count = 0;
        for (float value : truth) {
            count += Float.isNaN(value) ? 0 : 1;
        }
        unknown.add(truth.length - count);
        total.add(truth.length);
        float[] predicted = new float[count];
        float[] expected = new float[count];
        float[] distances = new float[metres.length == 0 ? 0 : count];
        int to = 0;
        for (int i = 0; i < truth.length; i++) {
            if (!Float.isNaN(truth[i])) {
                if (!Float.isFinite(values[i])) {
                    throw new IllegalArgumentException(
                            "prediction isn't finite: value=%s, pixel=%d".formatted(values[i], i));
                }
                predicted[to] = values[i];
                expected[to] = truth[i];
                if (distances.length > 0) {
                    distances[to] = metres[i];
                }
                to++;
            }
        }
        double range = range(expected);
        if (!(range > 0)) {
            flat.increment();
            return;
        }
        Alignment alignment = Alignment.of(predicted, expected);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Math.abs(alignment.of(predicted[i]) - expected[i]);
        }
        double correlation = RankCorrelation.of(predicted, expected);
        results.put(id, withDistances(sum / count / range, correlation, alignment, predicted, distances));
    }

    private static Scores withDistances(
            double distance, double correlation, Alignment alignment, float[] predicted, float[] metres) {
        if (metres.length == 0) {
            return new Scores(distance, correlation, Double.NaN, Double.NaN);
        }
        double farthest = 0;
        for (float metre : metres) {
            farthest = Math.max(farthest, metre);
        }
        double relative = 0;
        long close = 0;
        for (int i = 0; i < metres.length; i++) {
            double found = 1 / Math.max(alignment.of(predicted[i]), 1 / farthest);
            relative += Math.abs(found - metres[i]) / metres[i];
            close += Math.max(found / metres[i], metres[i] / found) < NEAR ? 1 : 0;
        }
        return new Scores(distance, correlation, relative / metres.length, (double) close / metres.length);
    }

    /** From the 2nd to the 98th percentile; 0 without values. */
    private static double range(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        int last = sorted.length - 1;
        return last < 0 ? 0 : (double) sorted[(int) Math.round(0.98 * last)] - sorted[(int) Math.round(0.02 * last)];
    }

    @Override
    public boolean isEmpty() {
        return results.isEmpty();
    }

    @Override
    String counted() {
        return "a range of depths";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(scores -> new double[] {scores.distance()});
    }

    @Override
    Map<String, Double> measured() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put(L1, mean(Scores::distance));
        scores.put("spearman", mean(Scores::correlation));
        if (results.all().stream().anyMatch(image -> !Double.isNaN(image.relative()))) {
            scores.put("abs_rel", mean(Scores::relative));
            scores.put("delta1", mean(Scores::close));
        }
        return scores;
    }

    /** Over the images that have a value. */
    private double mean(ToDoubleFunction<Scores> value) {
        double sum = 0;
        int count = 0;
        for (Scores image : results.all()) {
            double own = value.applyAsDouble(image);
            if (!Double.isNaN(own)) {
                sum += own;
                count++;
            }
        }
        return sum / count;
    }

    @Override
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        if (unknown.sum() > 0) {
            remarks.add("depth: %d of %d pixels have no label, left out".formatted(unknown.sum(), total.sum()));
        }
        if (flat.sum() > 0) {
            remarks.add("depth: %d images have a label without a range, left out".formatted(flat.sum()));
        }
        return remarks;
    }
}
