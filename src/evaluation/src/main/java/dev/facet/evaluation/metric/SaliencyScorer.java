package dev.facet.evaluation.metric;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Saliency at the thresholds 0.20, 0.25, …, 0.90: a pixel is predicted where its 8-bit value over 255 is above the threshold.
 * Per image and threshold: IoU (1 if both are empty), precision tp/(tp + fp + 1e-12), recall tp/(tp + fn + 1e-12), each
 * averaged over the images. Where no image has an object there is nothing to score. mIoU is the best mean IoU; F = 2PR/(P + R + 1e-12) of the averaged P and R, maxF the best.
 */
final class SaliencyScorer extends Scorer {
    private static final int THRESHOLDS = 15;
    private static final double TINY = 1e-12;

    private final PerImage<double[]> results = new PerImage<>();
    private volatile boolean hasObjects;

    @Override
    void count(String id, Prediction prediction, Label label) {
        float[] values =
                Pairs.checked(Prediction.ProbabilityMap.class, prediction).values();
        byte[] truth = Pairs.checked(Label.SaliencyMap.class, label).values();
        Pairs.checkSize(prediction, label);
        // Pixels by value, on the object and off it: all thresholds follow from these.
        long[] on = new long[257];
        long[] off = new long[257];
        for (int i = 0; i < truth.length; i++) {
            int value = Pairs.quantized(values[i] * 255f);
            if ((truth[i] & 0xFF) > 127) {
                on[value]++;
            } else {
                off[value]++;
            }
        }
        for (int value = 255; value >= 0; value--) {
            on[value] += on[value + 1];
            off[value] += off[value + 1];
        }
        double[] result = new double[THRESHOLDS * 3];
        for (int i = 0; i < THRESHOLDS; i++) {
            // value/255 > 0.2 + 0.05·i, in whole numbers: 20·value > 255·(4 + i).
            int first = 255 * (4 + i) / 20 + 1;
            double hit = on[first];
            double wrong = off[first];
            double missed = on[0] - hit;
            double union = hit + wrong + missed;
            result[i * 3] = union == 0 ? 1 : hit / union;
            result[i * 3 + 1] = hit / (hit + wrong + TINY);
            result[i * 3 + 2] = hit / (hit + missed + TINY);
        }
        results.put(id, result);
        if (on[0] > 0) {
            hasObjects = true;
        }
    }

    @Override
    public boolean isEmpty() {
        return !hasObjects;
    }

    @Override
    String counted() {
        return "an object";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(result -> {
            double[] iou = new double[THRESHOLDS];
            for (int i = 0; i < THRESHOLDS; i++) {
                iou[i] = result[i * 3];
            }
            return iou;
        });
    }

    @Override
    Map<String, Double> measured() {
        Map<String, List<Double>> curves = measuredCurves();
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mIoU", Collections.max(curves.get("mIoUs")));
        scores.put("maxF", Collections.max(curves.get("F")));
        return scores;
    }

    @Override
    Map<String, List<Double>> measuredCurves() {
        double[] sums = new double[THRESHOLDS * 3];
        int images = 0;
        for (double[] result : results.all()) {
            images++;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += result[i];
            }
        }
        List<Double> iou = new ArrayList<>();
        List<Double> f = new ArrayList<>();
        for (int i = 0; i < THRESHOLDS; i++) {
            double precision = sums[i * 3 + 1] / images;
            double recall = sums[i * 3 + 2] / images;
            iou.add(sums[i * 3] / images);
            f.add(2 * precision * recall / (precision + recall + TINY));
        }
        Map<String, List<Double>> curves = new LinkedHashMap<>();
        curves.put("mIoUs", iou);
        curves.put("F", f);
        return curves;
    }
}
