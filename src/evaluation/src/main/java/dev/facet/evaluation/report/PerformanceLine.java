package dev.facet.evaluation.report;

import dev.facet.core.task.ReferenceTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The line that the method's reference appends to a file after a test: no header, values with four decimals, names and values
 * separated by a comma and a blank.
 *
 * <pre>
 * EXPERIMENT, semseg, mIoU, 100·x, category_0, 100·x, category_1, …        human_parts likewise
 * EXPERIMENT, normals, mean, x, median, x, rmse, x, 11.25, x, 22.5, x, 30, x
 * EXPERIMENT, sal, mIoU, 100·x, maxF, 100·x
 * EXPERIMENT, depth, rmse, x, log_rmse, x         inverse depth, which the reference hasn't: all scores by their names
 * EXPERIMENT, edge, odsF, 100·x, oisF, 100·x, AP, 100·x     in parity: edge, done manually
 * </pre>
 */
public final class PerformanceLine {
    private PerformanceLine() {}

    /**
     * The line without its end.
     *
     * @param experiment name of the run
     * @param parity whether edges are left to another program, as the reference does
     */
    public static String of(String experiment, Evaluation evaluation, boolean parity) {
        ReferenceTask task = ReferenceTask.of(evaluation.task());
        StringJoiner line = new StringJoiner(", ");
        line.add(experiment.replaceAll("[,\\p{Cntrl}]", " ").strip()).add(task.referenceName());
        Map<String, Double> scores = evaluation.scores();
        switch (task) {
            case SEMSEG, HUMAN_PARTS -> {
                add(line, "mIoU", 100 * scores.get("mIoU"));
                List<Double> classes = classes(evaluation);
                for (int i = 0; i < classes.size(); i++) {
                    // One that occurs nowhere is 0 there.
                    Double iou = classes.get(i);
                    add(line, "category_" + i, iou == null ? 0 : 100 * iou);
                }
            }
            case NORMALS ->
                List.of("mean", "median", "rmse", "11.25", "22.5", "30")
                        .forEach(name -> add(line, name, scores.get(name)));
            case SAL -> List.of("mIoU", "maxF").forEach(name -> add(line, name, 100 * scores.get(name)));
            case DEPTH ->
                (scores.containsKey("rmse") ? List.of("rmse", "log_rmse") : scores.keySet())
                        .forEach(name -> add(line, name, scores.get(name)));
            case EDGE -> {
                if (parity) {
                    line.add("done manually");
                } else {
                    List.of("odsF", "oisF", "AP").forEach(name -> add(line, name, 100 * scores.get(name)));
                }
            }
        }
        return line.toString();
    }

    private static List<Double> classes(Evaluation evaluation) {
        List<Double> classes = new ArrayList<>();
        evaluation.scores().forEach((name, value) -> {
            if (name.startsWith("IoU/")) {
                classes.add(value);
            }
        });
        return evaluation.curves().getOrDefault("iou", classes);
    }

    private static void add(StringJoiner line, String name, double value) {
        line.add(name).add(String.format(Locale.ROOT, "%.4f", value));
    }
}
