package dev.facet.evaluation.boundary;

import static java.util.stream.IntStream.range;

import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * The scores of the boundary benchmark (Arbelaez, Maire, Fowlkes and Malik, Contour Detection and Hierarchical Image
 * Segmentation, PAMI 33(5), 2011), as fractions.
 *
 * @param odsF best F at one threshold for all images, counts summed over the images
 * @param odsThreshold that threshold
 * @param odsPrecision precision there
 * @param odsRecall recall there
 * @param oisF F of the sums when each image has its own best threshold
 * @param ap mean precision over recall 0, 0.01, …, 1, interpolated linearly, nothing beyond the recalls reached
 * @param precision by threshold, of all images
 * @param recall by threshold, of all images
 */
public record BoundaryScores(
        double odsF,
        double odsThreshold,
        double odsPrecision,
        double odsRecall,
        double oisF,
        double ap,
        List<Double> precision,
        List<Double> recall) {

    public BoundaryScores {
        precision = List.copyOf(precision);
        recall = List.copyOf(recall);
    }

    /** The scores of images that were counted with these options. */
    public static BoundaryScores of(BoundaryOptions options, Collection<BoundaryCounts> images) {
        double[] thresholds = options.thresholds();
        BoundaryCounts sum = BoundaryCounts.empty(thresholds.length);
        BoundaryCounts bestSum = BoundaryCounts.empty(1);
        for (BoundaryCounts image : images) {
            for (int i = 0; i < thresholds.length; i++) {
                sum.add(image, i, i);
            }
            bestSum.add(image, image.best(), 0);
        }
        int best = sum.best();
        return new BoundaryScores(
                sum.f(best),
                thresholds[best],
                sum.precision(best),
                sum.recall(best),
                bestSum.f(0),
                averagePrecision(sum),
                range(0, thresholds.length).mapToObj(sum::precision).toList(),
                range(0, thresholds.length).mapToObj(sum::recall).toList());
    }

    private static double averagePrecision(BoundaryCounts sum) {
        TreeMap<Double, Double> curve = new TreeMap<>();
        for (int i = 0; i < sum.thresholds(); i++) {
            curve.putIfAbsent(sum.recall(i), sum.precision(i));
        }
        if (curve.size() < 2) {
            return 0;
        }
        double area = 0;
        for (int i = 0; i <= 100; i++) {
            double recall = i / 100.0;
            var below = curve.floorEntry(recall);
            var above = curve.ceilingEntry(recall);
            if (below == null || above == null) {
                continue;
            }
            double span = above.getKey() - below.getKey();
            double share = span == 0 ? 0 : (recall - below.getKey()) / span;
            area += below.getValue() + share * (above.getValue() - below.getValue());
        }
        return area / 100;
    }
}
