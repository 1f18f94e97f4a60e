package dev.facet.trainer.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.facet.evaluation.report.Headline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses a value of each method's grid for each task, by the mean score over the seeds. */
public final class Choices {
    private final ExperimentTable table;
    private final Finished finished;

    /**
     * @param finished cells, scored on the validation split
     */
    public Choices(Finished finished) {
        this.table = finished.table();
        this.finished = finished;
        if (table.methods().values().stream().allMatch(method -> method.grid().isEmpty())) {
            throw new IllegalArgumentException("nothing to choose: no method of the table has a grid");
        }
    }

    /**
     * What was found for one method and task.
     *
     * @param means by value of the grid, in its order; NaN where a seed isn't finished
     * @param chosen place of the best; -1 where none is finished
     */
    record Found(ExperimentTable.Grid grid, List<Double> means, int chosen, Headline headline) {
        boolean isWhole() {
            return means.stream().noneMatch(mean -> mean.isNaN());
        }

        boolean isAtTheEdge() {
            return means.size() > 1 && (chosen == 0 || chosen == means.size() - 1);
        }
    }

    Optional<Found> find(String method, String task) {
        Optional<ExperimentTable.Grid> grid = table.methods().get(method).grid();
        if (grid.isEmpty()) {
            return Optional.empty();
        }
        List<Double> means = new ArrayList<>();
        int chosen = -1;
        Headline headline = null;
        for (JsonNode value : grid.get().values()) {
            String row = new ExperimentTable.Row(method, Optional.of(value)).name();
            List<CellResult> cells = finished.of(row, task);
            double mean = Double.NaN;
            if (cells.size() == table.seeds().size()) {
                headline = Finished.headline(cells.get(0));
                mean = Spread.mean(cells.stream().map(Finished::score).toList());
                if (chosen < 0 || better(headline, mean, means.get(chosen))) {
                    chosen = means.size();
                }
            }
            means.add(mean);
        }
        return Optional.of(new Found(grid.get(), means, chosen, headline));
    }

    private static boolean better(Headline headline, double value, double other) {
        return headline.lowerIsBetter() ? value < other : value > other;
    }

    /** What is chosen, as {@code methods} with {@code byTask} of a table; scores and what to know of them are comments. */
    public String yaml() {
        StringBuilder text = new StringBuilder("# Chosen by the mean score on %s over the seeds %s.%nmethods:%n"
                .formatted(table.split(), table.seeds()));
        for (String method : table.methods().keySet()) {
            Map<String, Found> byTask = new LinkedHashMap<>();
            table.tasks().keySet().forEach(task -> find(method, task).ifPresent(found -> byTask.put(task, found)));
            if (!byTask.isEmpty()) {
                text.append("  %s:%n    byTask:%n".formatted(method));
                byTask.forEach((task, found) -> append(text, task, found));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, String task, Found found) {
        List<String> scores = new ArrayList<>();
        for (int i = 0; i < found.means().size(); i++) {
            double mean = found.means().get(i);
            scores.add("%s: %s"
                    .formatted(
                            found.grid().values().get(i).asText(),
                            Double.isNaN(mean) ? "not finished" : String.format(Locale.ROOT, "%.4f", mean)));
        }
        String metric = found.headline() == null
                ? ""
                : "%s %s, "
                        .formatted(found.headline().metric(), found.headline().lowerIsBetter() ? "↓" : "↑");
        text.append("      # %s%s%s%s%n"
                .formatted(
                        metric,
                        String.join(", ", scores),
                        found.isWhole() ? "" : "; not all are finished",
                        found.chosen() >= 0 && found.isAtTheEdge() ? "; the best is at the grid's edge" : ""));
        if (found.chosen() < 0) {
            return;
        }
        List<String> settings = found.grid().keys().stream()
                .map(key -> "%s: %s".formatted(key, found.grid().values().get(found.chosen())))
                .toList();
        text.append("      %s: {%s}%n".formatted(task, String.join(", ", settings)));
    }
}
