package dev.facet.core.pack;

/**
 * What a metric came to for a pack.
 *
 * @param dataset data set
 * @param split split that was scored
 * @param metric its name, for example {@code mIoU} or {@code odsF}
 * @param value fraction or unit of the metric, unscaled
 */
public record Score(String dataset, String split, String metric, double value) {
    public Score {
        ManifestText.check("dataset", dataset, 1000);
        ManifestText.check("split", split, 1000);
        ManifestText.check("metric", metric, 200);
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("score: %s=%s, expected a finite number".formatted(metric, value));
        }
    }
}
