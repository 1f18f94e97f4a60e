package dev.facet.core.pack;

/**
 * One measured figure of a pack.
 *
 * @param dataset data set
 * @param split split that was scored
 * @param metric name, for example {@code mIoU} or {@code odsF}
 * @param value fraction or unit of the metric, unscaled
 */
public record Score(String dataset, String split, String metric, double value) {}
