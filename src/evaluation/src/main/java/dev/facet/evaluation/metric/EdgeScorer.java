package dev.facet.evaluation.metric;

import dev.facet.core.task.Prediction;
import dev.facet.evaluation.boundary.BoundaryBenchmark;
import dev.facet.evaluation.boundary.BoundaryCounts;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.boundary.BoundaryScores;
import dev.facet.evaluation.boundary.Thinning;
import dev.facet.evaluation.dataset.Label;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.DoubleStream;

/**
 * The boundary benchmark on 8-bit probabilities. The truths are the annotators' maps as they are. Where a data set has no
 * such maps, every pixel of the mean map above 0 is a boundary, thinned, and counts as one annotator.
 * Where no image has a boundary there is nothing to score.
 */
final class EdgeScorer extends Scorer {
    private final BoundaryOptions options;
    private final PerImage<BoundaryCounts> results = new PerImage<>();
    private volatile boolean hasBoundaries;

    EdgeScorer(BoundaryOptions options) {
        this.options = options;
    }

    @Override
    void count(String id, Prediction prediction, Label label) {
        float[] values =
                Pairs.checked(Prediction.ProbabilityMap.class, prediction).values();
        Label.EdgeMap edges = Pairs.checked(Label.EdgeMap.class, label);
        Pairs.checkSize(prediction, label);
        byte[] strengths = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            strengths[i] = (byte) Pairs.quantized(values[i] * 255f);
        }
        List<byte[]> truths = edges.annotators().isEmpty()
                ? List.of(Thinning.thin(edges.mean(), edges.height(), edges.width()))
                : edges.annotators();
        results.put(id, BoundaryBenchmark.count(strengths, truths, edges.height(), edges.width(), options));
        if (truths.stream().anyMatch(EdgeScorer::hasBoundary)) {
            hasBoundaries = true;
        }
    }

    private static boolean hasBoundary(byte[] truth) {
        for (byte pixel : truth) {
            if (pixel != 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean isEmpty() {
        return !hasBoundaries;
    }

    @Override
    String counted() {
        return "a boundary";
    }

    @Override
    SortedMap<String, double[]> countsByImage() {
        return results.mapped(EdgeScorer::kept);
    }

    private static double[] kept(BoundaryCounts counts) {
        int thresholds = counts.truth().length;
        double[] kept = new double[1 + 3 * ((thresholds + ImageCounts.EDGE_STEP - 1) / ImageCounts.EDGE_STEP)];
        int at = 0;
        kept[at++] = counts.truth()[0];
        for (int i = 0; i < thresholds; i += ImageCounts.EDGE_STEP) {
            kept[at++] = counts.matchedTruth()[i];
            kept[at++] = counts.matchedDetected()[i];
            kept[at++] = counts.detected()[i];
        }
        return kept;
    }

    @Override
    Map<String, Double> measured() {
        BoundaryScores found = BoundaryScores.of(options, results.all());
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("odsF", found.odsF());
        scores.put("oisF", found.oisF());
        scores.put("AP", found.ap());
        scores.put("odsThreshold", found.odsThreshold());
        scores.put("odsPrecision", found.odsPrecision());
        scores.put("odsRecall", found.odsRecall());
        return scores;
    }

    @Override
    Map<String, List<Double>> measuredCurves() {
        BoundaryScores found = BoundaryScores.of(options, results.all());
        Map<String, List<Double>> curves = new LinkedHashMap<>();
        curves.put("thresholds", DoubleStream.of(options.thresholds()).boxed().toList());
        curves.put("precision", found.precision());
        curves.put("recall", found.recall());
        return curves;
    }
}
