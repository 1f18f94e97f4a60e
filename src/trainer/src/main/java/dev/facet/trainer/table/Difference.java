package dev.facet.trainer.table;

import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.evaluation.report.MultiTaskGain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a table against another: by task the relative difference in per cent, positive where it is better, seed by seed; and
 * Δm, the mean over the tasks.
 *
 * <p>The deviation of Δm is carried through from the tasks', √(Σ s²)/T: that of the Δm of single seeds could be small because
 * differences of tasks happened to cancel. Each is the deviation of one seed; the mean of n seeds has its √n-th part.
 */
final class Difference {
    private static final long DRAWS = 20;

    private final Map<String, List<Double>> bySeed = new LinkedHashMap<>();
    private final Map<String, double[]> draws = new LinkedHashMap<>();

    Difference(Finished finished, String row, String against) {
        for (String task : finished.table().tasks().keySet()) {
            Map<Long, List<CellResult>> pairs = finished.pairs(row, against, task);
            if (pairs.isEmpty()) {
                continue;
            }
            boolean lower = finished.headline(task).orElseThrow().lowerIsBetter();
            List<Double> differences = new ArrayList<>();
            List<PairedBootstrap.Pair> counts = new ArrayList<>();
            pairs.values().forEach(pair -> {
                differences.add(MultiTaskGain.percent(List.of(
                        new MultiTaskGain.Task(Finished.score(pair.get(0)), Finished.score(pair.get(1)), lower))));
                ImageCounts own = finished.counts().get(pair.get(0).cell());
                ImageCounts other = finished.counts().get(pair.get(1).cell());
                if (own != null && other != null) {
                    counts.add(new PairedBootstrap.Pair(own, other));
                }
            });
            bySeed.put(task, differences);
            if (counts.size() == pairs.size()
                    && counts.stream().allMatch(PairedBootstrap.Pair::isOfTheSameImages)
                    && sameImages(counts)) {
                // Tasks have images of their own, so each has draws of its own.
                draws.put(task, PairedBootstrap.differences(counts, lower, DRAWS + bySeed.size()));
            }
        }
    }

    private static boolean sameImages(List<PairedBootstrap.Pair> counts) {
        return counts.stream().map(pair -> pair.own().ids()).distinct().count() == 1;
    }

    boolean isEmpty() {
        return bySeed.isEmpty();
    }

    /** The differences of a task, one for each seed that both rows have. */
    List<Double> bySeed(String task) {
        return bySeed.getOrDefault(task, List.of());
    }

    /** The interval of a task; empty where not all cells have counts of the same images. */
    Optional<PairedBootstrap.Interval> interval(String task) {
        return Optional.ofNullable(draws.get(task)).map(PairedBootstrap.Interval::of);
    }

    /** Mean over the tasks of their means. */
    double gain() {
        return Spread.mean(bySeed.values().stream().map(Spread::mean).toList());
    }

    /** The deviation of {@link #gain()}, carried through; empty where a task has fewer than three seeds. */
    Optional<Double> gainDeviation() {
        if (bySeed.values().stream().anyMatch(values -> values.size() < 3)) {
            return Optional.empty();
        }
        double variance = bySeed.values().stream()
                .mapToDouble(Spread::deviation)
                .map(deviation -> deviation * deviation)
                .sum();
        return Optional.of(Math.sqrt(variance) / bySeed.size());
    }

    /** The interval of {@link #gain()}; empty where a task has none. */
    Optional<PairedBootstrap.Interval> gainInterval() {
        if (isEmpty() || draws.size() < bySeed.size()) {
            return Optional.empty();
        }
        double[] means = new double[PairedBootstrap.RESAMPLES];
        for (double[] task : draws.values()) {
            for (int i = 0; i < means.length; i++) {
                means[i] += task[i] / draws.size();
            }
        }
        return Optional.of(PairedBootstrap.Interval.of(means));
    }

    /** A task in a few characters: differences, and the interval where there is one. */
    String text(String task) {
        String spread = Spread.text(bySeed(task), "%+.2f");
        return interval(task).map(interval -> spread + " " + interval).orElse(spread);
    }

    /** Δm in a few characters; how many tasks it is over where it isn't over all. */
    String gainText(int tasks) {
        if (isEmpty()) {
            return Spread.NONE;
        }
        StringBuilder text = new StringBuilder(Spread.number(gain(), "%+.2f"));
        gainDeviation().ifPresent(deviation -> text.append(" ± ").append(Spread.number(deviation, "%.2f")));
        gainInterval().ifPresent(interval -> text.append(' ').append(interval));
        if (bySeed.size() < tasks) {
            text.append(" (%d of %d tasks)".formatted(bySeed.size(), tasks));
        }
        return text.toString();
    }
}
