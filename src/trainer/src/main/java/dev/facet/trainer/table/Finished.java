package dev.facet.trainer.table;

import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.evaluation.report.Headline;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The finished cells of a table.
 *
 * @param results in the order of the table's cells
 * @param counts what was counted on each image, of those cells that have it
 */
public record Finished(ExperimentTable table, List<CellResult> results, Map<Cell, ImageCounts> counts) {
    public Finished {
        results = List.copyOf(results);
        counts = Map.copyOf(counts);
    }

    /** The cells of a row and task, one for each finished seed. */
    List<CellResult> of(String row, String task) {
        return results.stream()
                .filter(result -> result.method().equals(row) && result.task().equals(task))
                .toList();
    }

    /** All cells of a row. */
    List<CellResult> of(String row) {
        return results.stream().filter(result -> result.method().equals(row)).toList();
    }

    Optional<CellResult> find(Cell cell) {
        return results.stream().filter(result -> result.cell().equals(cell)).findFirst();
    }

    /** What a task's scores are compared by; empty where none of its cells is finished. */
    Optional<Headline> headline(String task) {
        return results.stream()
                .filter(result -> result.task().equals(task))
                .findFirst()
                .map(Finished::headline);
    }

    /** What a cell's scores are compared by. */
    static Headline headline(CellResult result) {
        return Headline.of(result.kind(), result.scores().keySet());
    }

    /** The score that a cell is compared by. */
    static double score(CellResult result) {
        return result.scores().get(headline(result).metric());
    }

    /** The seeds in which both rows have a task, each with the two cells. */
    Map<Long, List<CellResult>> pairs(String row, String against, String task) {
        Map<Long, List<CellResult>> pairs = new LinkedHashMap<>();
        for (long seed : table.seeds()) {
            Optional<CellResult> own = find(new Cell(row, task, seed));
            Optional<CellResult> other = find(new Cell(against, task, seed));
            if (own.isPresent() && other.isPresent()) {
                pairs.put(seed, List.of(own.get(), other.get()));
            }
        }
        return pairs;
    }
}
