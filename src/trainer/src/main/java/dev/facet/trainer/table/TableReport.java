package dev.facet.trainer.table;

import dev.facet.trainer.network.Movement;
import dev.facet.trainer.network.ParameterRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What finished cells say, in Markdown: scores by task, what was trained and at which pace; differences from the baseline and those
 * that the table asks for ({@link Difference}); how far each role moved.
 */
public final class TableReport {
    private final Finished finished;
    private final ExperimentTable table;

    public TableReport(Finished finished) {
        this.finished = finished;
        this.table = finished.table();
    }

    /** The report, with a line that says how much is finished. */
    public String markdown() {
        StringBuilder text =
                new StringBuilder("%s%n%n%s%n%d of %d cells finished; mean ± deviation over seeds (number of seeds)%n"
                        .formatted(
                                table.title(),
                                scores(),
                                finished.results().size(),
                                table.cells().size()));
        MarkdownTable differences = differences();
        if (!differences.isEmpty()) {
            text.append("""
                    %nDifferences in per cent, positive is better: mean ± deviation over seeds (number of seeds), and the 95 %% interval \
                    of a paired bootstrap over the images, which leaves out the seeds' spread. Δm is the mean over the tasks, its \
                    deviation carried through from theirs.%n%n%s""".formatted(differences));
        }
        MarkdownTable movements = movements();
        if (!movements.isEmpty()) {
            text.append(
                    "%nHow far roles moved, ‖w − w_start‖/‖w_start‖ (the distance itself where the start is zero), mean over seeds%n%n%s"
                            .formatted(movements));
        }
        return text.toString();
    }

    private MarkdownTable scores() {
        List<String> head = new ArrayList<>(List.of("method"));
        for (String task : table.tasks().keySet()) {
            head.add(heading(task));
        }
        head.addAll(List.of("trained per task", "encoder alone", "images/s"));
        MarkdownTable scores = new MarkdownTable(head);
        for (String row : table.rows().keySet()) {
            List<String> cells = new ArrayList<>(List.of(row));
            for (String task : table.tasks().keySet()) {
                List<Double> values =
                        finished.of(row, task).stream().map(Finished::score).toList();
                cells.add(Spread.text(values, "%.4f"));
            }
            List<CellResult> all = finished.of(row);
            cells.add(mean(all, CellResult::trainedParameters, "%,.0f"));
            cells.add(mean(all, CellResult::trainedEncoder, "%,.0f"));
            cells.add(mean(all, CellResult::imagesPerSecond, "%.1f"));
            scores.add(cells);
        }
        return scores;
    }

    private String heading(String task) {
        return finished.headline(task)
                .map(headline -> "%s %s %s".formatted(task, headline.metric(), headline.lowerIsBetter() ? "↓" : "↑"))
                .orElse(task);
    }

    private MarkdownTable differences() {
        List<String> head = new ArrayList<>(List.of("method"));
        head.addAll(table.tasks().keySet());
        head.add("Δm");
        MarkdownTable differences = new MarkdownTable(head);
        table.baseline()
                .ifPresent(baseline -> table.rows().keySet().stream()
                        .filter(row -> !row.equals(baseline))
                        .forEach(row -> addComparison(differences, row, baseline)));
        for (ExperimentTable.Pair pair : table.compare()) {
            addComparison(differences, pair.method(), pair.against());
        }
        return differences;
    }

    private void addComparison(MarkdownTable differences, String row, String against) {
        Difference comparison = new Difference(finished, row, against);
        if (comparison.isEmpty()) {
            return;
        }
        List<String> cells = new ArrayList<>(List.of("%s against %s".formatted(row, against)));
        for (String task : table.tasks().keySet()) {
            cells.add(comparison.text(task));
        }
        cells.add(comparison.gainText(table.tasks().size()));
        differences.add(cells);
    }

    private MarkdownTable movements() {
        List<String> head = new ArrayList<>(List.of("method", "role", "trained"));
        head.addAll(table.tasks().keySet());
        MarkdownTable movements = new MarkdownTable(head);
        for (String row : table.rows().keySet()) {
            for (ParameterRole role : ParameterRole.values()) {
                Map<String, List<Movement>> byTask = new LinkedHashMap<>();
                for (String task : table.tasks().keySet()) {
                    byTask.put(
                            task,
                            finished.of(row, task).stream()
                                    .filter(result -> result.roles().containsKey(role.id()))
                                    .map(result -> result.roles().get(role.id()))
                                    .toList());
                }
                List<Movement> all =
                        byTask.values().stream().flatMap(List::stream).toList();
                if (all.isEmpty()) {
                    continue;
                }
                double trained =
                        all.stream().mapToLong(Movement::trained).average().orElseThrow();
                List<String> cells = new ArrayList<>(List.of(row, role.id(), Spread.number(trained, "%,.0f")));
                byTask.values().forEach(own -> cells.add(moved(own)));
                movements.add(cells);
            }
        }
        return movements;
    }

    private static String moved(List<Movement> movements) {
        if (movements.isEmpty()) {
            return Spread.NONE;
        }
        if (movements.stream().anyMatch(movement -> movement.start() == 0)) {
            return "%s from 0"
                    .formatted(Spread.number(
                            Spread.mean(
                                    movements.stream().map(Movement::distance).toList()),
                            "%.2f"));
        }
        double share = Spread.mean(movements.stream()
                .map(movement -> movement.distance() / movement.start())
                .toList());
        return share == 0 ? "0" : Spread.number(100 * share, share < 0.01 ? "%.2f %%" : "%.1f %%");
    }

    private static String mean(List<CellResult> cells, ToDoubleFunction<CellResult> value, String format) {
        return cells.isEmpty()
                ? Spread.NONE
                : String.format(
                        Locale.ROOT,
                        format,
                        cells.stream().mapToDouble(value).average().orElseThrow());
    }
}
