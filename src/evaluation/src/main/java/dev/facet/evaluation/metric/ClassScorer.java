package dev.facet.evaluation.metric;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Intersection over union of classes, counted over all images: IoU = TP/max(TP + FP + FN, 1e-8) on pixels whose label isn't
 * 255; mIoU is the plain mean over all classes, background included, and a class that never occurs counts 0.
 *
 * <p>Human parts: images whose label is nothing but 0 or nothing but 255 (no person) are skipped.
 */
final class ClassScorer extends Scorer {
    private final List<String> names;
    private final boolean skipsPlainImages;
    private final PerImage<long[]> results = new PerImage<>();

    ClassScorer(List<String> names, boolean skipsPlainImages) {
        this.names = List.copyOf(names);
        this.skipsPlainImages = skipsPlainImages;
    }

    @Override
    void count(String id, Prediction prediction, Label label) {
        byte[] predicted = Pairs.checked(Prediction.LabelMap.class, prediction).ids();
        byte[] truth = Pairs.checked(Label.ClassMap.class, label).ids();
        Pairs.checkSize(prediction, label);
        if (skipsPlainImages && isPlain(truth)) {
            return;
        }
        int classes = names.size();
        long[] counts = new long[classes * 3];
        for (int i = 0; i < truth.length; i++) {
            int expected = truth[i] & 0xFF;
            int actual = predicted[i] & 0xFF;
            if (expected == Label.ClassMap.IGNORED) {
                continue;
            }
            if (expected >= classes || actual >= classes) {
                throw new IllegalArgumentException("class id: label=%d, prediction=%d, expected=0..%d, x=%d, y=%d"
                        .formatted(expected, actual, classes - 1, i % label.width(), i / label.width()));
            }
            if (expected == actual) {
                counts[expected * 3]++;
            } else {
                counts[actual * 3 + 1]++;
                counts[expected * 3 + 2]++;
            }
        }
        results.put(id, counts);
    }

    private static boolean isPlain(byte[] truth) {
        if (truth[0] != 0 && truth[0] != (byte) Label.ClassMap.IGNORED) {
            return false;
        }
        for (byte id : truth) {
            if (id != truth[0]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isEmpty() {
        return results.isEmpty();
    }

    @Override
    public Map<String, Double> scores() {
        List<Double> iou = iou();
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mIoU", iou.stream().mapToDouble(Double::doubleValue).sum() / iou.size());
        for (int i = 0; i < iou.size(); i++) {
            scores.put("IoU/" + names.get(i), iou.get(i));
        }
        return scores;
    }

    @Override
    public Map<String, List<Double>> curves() {
        return Map.of("iou", iou());
    }

    private List<Double> iou() {
        long[] union = new long[names.size()];
        long[] hit = new long[names.size()];
        for (long[] counts : results.all()) {
            for (int i = 0; i < union.length; i++) {
                hit[i] += counts[i * 3];
                union[i] += counts[i * 3] + counts[i * 3 + 1] + counts[i * 3 + 2];
            }
        }
        List<Double> iou = new ArrayList<>();
        for (int i = 0; i < union.length; i++) {
            iou.add(hit[i] / Math.max(union[i], 1e-8));
        }
        return iou;
    }
}
