package dev.facet.evaluation.metric;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was counted on each image, enough for the score that a kind is compared by of any selection of the images. All images have
 * equally many numbers:
 *
 * <ul>
 *   <li>segmentation and human parts: by class TP, FP and FN, in pixels; mIoU of their sums
 *   <li>edges: pixels of the truth, then by threshold (every third of the benchmark's) its matched pixels, the matched detected and
 *       the detected; best F of their sums
 *   <li>normals: sum of the angles in degrees, pixels
 *   <li>depth: the image's rmse in metres, or of inverse depth its l1_range; the mean of these
 *   <li>saliency: IoU by threshold; the best mean
 * </ul>
 *
 * @param kind task kind
 * @param images by id; arrays are read-only by agreement
 */
public record ImageCounts(String kind, SortedMap<String, double[]> images) {
    /** Every how manyth threshold of the boundary benchmark is kept. */
    static final int EDGE_STEP = 3;

    public ImageCounts {
        images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        if (images.isEmpty()) {
            throw new IllegalArgumentException("counts of no image [kind=%s]".formatted(kind));
        }
        int size = images.get(images.firstKey()).length;
        images.forEach((id, counts) -> {
            if (counts.length != size || size == 0) {
                throw new IllegalArgumentException("counts: size=%d, expected=%d as the first image has [image=%s]"
                        .formatted(counts.length, size, id));
            }
        });
        checkSize(kind, size);
    }

    private static void checkSize(String kind, int size) {
        boolean fits = switch (kind) {
            case Segmentation.ID, HumanParts.ID -> size % 3 == 0;
            case Edges.ID -> size > 1 && size % 3 == 1;
            case Normals.ID -> size == 2;
            case Depth.ID -> size == 1;
            case Saliency.ID -> true;
            default -> throw new IllegalArgumentException("task kind: value='%s'".formatted(kind));
        };
        if (!fits) {
            throw new IllegalArgumentException("counts: size=%d, not those of %s".formatted(size, kind));
        }
    }

    /** The ids, sorted. */
    public List<String> ids() {
        return List.copyOf(images.keySet());
    }

    /** The score of all images, each once. */
    public double score() {
        int[] once = new int[images.size()];
        Arrays.fill(once, 1);
        return score(once);
    }

    /**
     * The score of a selection.
     *
     * @param times how often each image counts, in the order of {@link #ids()}
     */
    public double score(int[] times) {
        if (times.length != images.size()) {
            throw new IllegalArgumentException("images: count=%d, expected=%d".formatted(times.length, images.size()));
        }
        double[] sums = new double[images.get(images.firstKey()).length];
        long count = 0;
        int at = 0;
        for (double[] counts : images.values()) {
            int weight = times[at++];
            count += weight;
            for (int i = 0; i < sums.length; i++) {
                sums[i] += weight * counts[i];
            }
        }
        return switch (kind) {
            case Segmentation.ID, HumanParts.ID -> meanIou(sums);
            case Edges.ID -> bestF(sums);
            case Normals.ID -> sums[0] / sums[1];
            case Depth.ID -> sums[0] / count;
            default -> Arrays.stream(sums).max().orElseThrow() / count;
        };
    }

    private static double meanIou(double[] sums) {
        double total = 0;
        for (int i = 0; i < sums.length; i += 3) {
            double union = sums[i] + sums[i + 1] + sums[i + 2];
            total += union == 0 ? 0 : sums[i] / union;
        }
        return total / (sums.length / 3);
    }

    private static double bestF(double[] sums) {
        double best = 0;
        for (int i = 1; i < sums.length; i += 3) {
            double detected = sums[i + 2];
            double precision = detected == 0 ? 1 : sums[i + 1] / detected;
            double recall = detected == 0 ? 0 : sums[0] == 0 ? 1 : sums[i] / sums[0];
            best = Math.max(best, precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall));
        }
        return best;
    }
}
