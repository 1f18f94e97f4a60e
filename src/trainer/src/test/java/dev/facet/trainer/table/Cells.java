package dev.facet.trainer.table;

import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.trainer.network.Movement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finished cells to report on. */
final class Cells {
    private Cells() {}

    static CellResult result(String method, String task, long seed, String kind, String metric, double value) {
        Map<String, Movement> roles = new LinkedHashMap<>();
        roles.put("adapters", new Movement(300, 1.5, 0));
        roles.put("norms", new Movement(100, 0.5, 2));
        return new CellResult(
                method,
                task,
                seed,
                kind,
                "data",
                "test",
                3,
                Map.of(metric, value),
                Optional.of(value),
                10,
                10,
                1000,
                400,
                roles,
                12.5,
                6.4,
                "c",
                "b",
                "p",
                Optional.empty());
    }

    static CellResult segmentation(String method, long seed, double value) {
        return result(method, "s", seed, "segmentation", "mIoU", value);
    }

    static CellResult normals(String method, long seed, double value) {
        return result(method, "n", seed, "normals", "mean", value);
    }

    static Finished finished(ExperimentTable table, CellResult... results) {
        return new Finished(table, List.of(results), Map.of());
    }

    static Finished finished(ExperimentTable table, List<CellResult> results, Map<Cell, ImageCounts> counts) {
        return new Finished(table, results, counts);
    }
}
