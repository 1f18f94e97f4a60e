package dev.facet.evaluation.metric;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.LongStream;

/**
 * Intersection over union of classes, counted over all images: IoU = TP/max(TP + FP + FN, 1e-8) on pixels whose label isn't
 * 255; mIoU is the plain mean over all classes, background included, in which a class that occurs in no label and no prediction
 * counts 0, as in the reference; by itself it has no IoU. For segmentation, pixelAccuracy is the share of these pixels that are
 * right.
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
        boolean counted = false;
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
            counted = true;
            if (expected == actual) {
                counts[expected * 3]++;
            } else {
                counts[actual * 3 + 1]++;
                counts[expected * 3 + 2]++;
            }
        }
        if (counted) {
            results.put(id, counts);
        }
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
    String counted() {
        return skipsPlainImages ? "a person" : "a pixel of a class";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(counts -> LongStream.of(counts).asDoubleStream().toArray());
    }

    @Override
    Map<String, Double> measured() {
        long[] total = total();
        List<Double> iou = iou(total);
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mIoU", sum(iou) / iou.size());
        if (!skipsPlainImages) {
            scores.put("pixelAccuracy", accuracy(total));
        }
        for (int i = 0; i < iou.size(); i++) {
            if (iou.get(i) != null) {
                scores.put("IoU/" + names.get(i), iou.get(i));
            }
        }
        return scores;
    }

    @Override
    Map<String, List<Double>> measuredCurves() {
        return Map.of("iou", iou(total()));
    }

    @Override
    public List<String> remarks() {
        List<Double> iou = iou(total());
        long absent = iou.stream().filter(Objects::isNull).count();
        if (isEmpty() || absent == 0) {
            return List.of();
        }
        return List.of(String.format(
                Locale.ROOT,
                "%d of %d classes occur in no label and no prediction: they have no IoU, and count 0 in mIoU, as in the"
                        + " reference (%.4f over the others)",
                absent,
                iou.size(),
                sum(iou) / (iou.size() - absent)));
    }

    private long[] total() {
        long[] total = new long[names.size() * 3];
        for (long[] counts : results.all()) {
            for (int i = 0; i < total.length; i++) {
                total[i] += counts[i];
            }
        }
        return total;
    }

    /** By class; null for one that occurs nowhere. */
    private static List<Double> iou(long[] total) {
        List<Double> iou = new ArrayList<>();
        for (int i = 0; i < total.length; i += 3) {
            long union = total[i] + total[i + 1] + total[i + 2];
            iou.add(union == 0 ? null : (Double) ((double) total[i] / union));
        }
        return iou;
    }

    private static double sum(List<Double> iou) {
        return iou.stream()
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    private static double accuracy(long[] total) {
        long hit = 0;
        long pixels = 0;
        for (int i = 0; i < total.length; i += 3) {
            hit += total[i];
            pixels += total[i] + total[i + 2];
        }
        return (double) hit / pixels;
    }
}
