package dev.facet.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
    @TempDir
    private Path folder;

    @Test
    void comparesEachTaskByItsHeadlineAndErrorsTheOtherWay() {
        List<Evaluation> baselines = List.of(
                scored("edges", "odsF", 0.8),
                scored("segmentation", "mIoU", 0.5),
                scored("human-parts", "mIoU", 0.5),
                scored("normals", "mean", 20),
                scored("saliency", "mIoU", 0.5),
                scored("depth", "rmse", 0.5));
        List<Evaluation> results =
                List.of(scored("depth", "rmse", 0.6), scored("normals", "mean", 18), scored("edges", "odsF", 0.84));

        Comparison comparison = Comparison.of(results, baselines);

        assertThat(comparison.rows()).extracting(Comparison.Row::task).containsExactly("depth", "normals", "edges");
        assertThat(comparison.rows().get(0).gain()).isCloseTo(-20, within(1e-9));
        assertThat(comparison.rows().get(1).gain()).isCloseTo(10, within(1e-9));
        assertThat(comparison.rows().get(2).gain()).isCloseTo(5, within(1e-9));
        assertThat(comparison.gain()).isCloseTo(-5 / 3.0, within(1e-9));
        assertThat(comparison.json()).startsWith("{\"delta_m\":-1.66").contains("\"metric\":\"odsF\"");
        assertThat(comparison.markdown()).contains("| Δm").contains("-1.67");
    }

    @Test
    void refusesBaselinesOfOtherTasksAndOtherData() {
        Evaluation result = new Evaluation("", "", "depth", "NYUD", "val", 1, Map.of("rmse", 0.5), Map.of());
        Evaluation elsewhere = new Evaluation("", "", "depth", "sevenscenes", "test", 1, Map.of("rmse", 1.0), Map.of());
        Evaluation same = new Evaluation("", "", "depth", "NYUD", "val", 1, Map.of("rmse", 1.0), Map.of());
        assertThatThrownBy(() -> Comparison.of(List.of(result), List.of(elsewhere)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("task='depth', data='sevenscenes test', expected='NYUD val'");
        assertThatThrownBy(() -> Comparison.of(List.of(result), List.of(scored("edges", "odsF", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there are [edges]");
        assertThatThrownBy(() -> Comparison.of(List.of(scored("depth", "log_rmse", 1)), List.of(same)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("metric='rmse'");
        assertThat(Comparison.of(List.of(result), List.of(elsewhere, same)).gain())
                .isCloseTo(50, within(1e-9));
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Evaluation one =
                new Evaluation("a@1", "ab", "depth", "d", "s", 3, Map.of("rmse", 0.5), Map.of("x", List.of(1.0)));
        Path file = Files.writeString(folder.resolve("a.json"), one.json() + "\n" + one.json());
        List<Evaluation> read = EvaluationFiles.read(file);
        assertThat(read).hasSize(2);
        assertThat(read.get(1).scores()).isEqualTo(one.scores());
        assertThat(read.get(1).dataset()).isEqualTo("d");
        Files.writeString(file, "[" + one.json() + "]");
        assertThat(EvaluationFiles.read(file)).hasSize(1);
        for (String wrong :
                List.of("", "3", "{", "[[]]", "{\"task\": \"x\", \"scores\": {}}", "{\"task\": \"depth\"}")) {
            Files.writeString(file, wrong);
            assertThatThrownBy(() -> EvaluationFiles.read(file))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a.json");
        }
    }

    @Test
    void aClassThatOccursNowhereHasNoValueAndKeepsItsPlaceInTheReferencesLine() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mIoU", 0.25);
        scores.put("IoU/sky", 0.5);
        scores.put("IoU/car", null);
        scores.put("IoU/road", 0.25);
        Evaluation evaluation = new Evaluation("", "", "segmentation", "", "", 1, scores, Map.of());

        assertThat(evaluation.json()).contains("\"IoU/sky\":0.5,\"IoU/car\":null,\"IoU/road\":0.25");
        assertThat(evaluation.markdown()).containsPattern("IoU/car +\\| +– \\|");
        assertThat(line("segmentation", scores, false))
                .isEqualTo("run, semseg, mIoU, 25.0000, category_0, 50.0000, category_1, 0.0000, category_2, 25.0000");
        List<Double> curve = new ArrayList<>();
        curve.add(null);
        curve.add(0.5);
        Evaluation predictions =
                new Evaluation("", "", "segmentation", "", "", 1, Map.of("mIoU", 0.25), Map.of("iou", curve));
        assertThat(predictions.json()).contains("\"iou\":[null,0.5]");
        assertThat(PerformanceLine.of("run", predictions, false))
                .isEqualTo("run, semseg, mIoU, 25.0000, category_0, 0.0000, category_1, 50.0000");
    }

    @Test
    void writesTheReferencesLineOfEveryTask() {
        Map<String, Double> classes = new LinkedHashMap<>();
        classes.put("mIoU", 0.75);
        classes.put("IoU/background", 0.5);
        classes.put("IoU/head", 1.0);
        assertThat(line("human-parts", classes, false))
                .isEqualTo("run, human_parts, mIoU, 75.0000, category_0, 50.0000, category_1, 100.0000");
        assertThat(line("saliency", Map.of("mIoU", 0.123456, "maxF", 0.5), false))
                .isEqualTo("run, sal, mIoU, 12.3456, maxF, 50.0000");
        assertThat(line("depth", Map.of("rmse", 0.5, "log_rmse", 0.25, "rmse_pixels", 1.0), true))
                .isEqualTo("run, depth, rmse, 0.5000, log_rmse, 0.2500");
        Map<String, Double> normals =
                Map.of("mean", 14.0, "median", 10.0, "rmse", 20.0, "11.25", 50.0, "22.5", 75.0, "30", 80.0);
        assertThat(line("normals", normals, false))
                .isEqualTo(
                        "run, normals, mean, 14.0000, median, 10.0000, rmse, 20.0000, 11.25, 50.0000, 22.5, 75.0000, "
                                + "30, 80.0000");
        Map<String, Double> edges = Map.of("odsF", 0.7, "oisF", 0.71, "AP", 0.6);
        assertThat(line("edges", edges, false)).isEqualTo("run, edge, odsF, 70.0000, oisF, 71.0000, AP, 60.0000");
        assertThat(line("edges", edges, true)).isEqualTo("run, edge, done manually");
    }

    @Test
    void inverseDepthIsComparedWithInverseDepthAlone() {
        Evaluation inverse = scored("depth", "l1_range", 0.09);
        Comparison comparison = Comparison.of(List.of(inverse), List.of(scored("depth", "l1_range", 0.1)));
        assertThat(comparison.rows().get(0).metric()).isEqualTo("l1_range");
        assertThat(comparison.gain()).isCloseTo(10, within(1e-9));
        assertThatThrownBy(() -> Comparison.of(List.of(inverse), List.of(scored("depth", "rmse", 0.1))))
                .hasMessage("no such score: metric='l1_range', task='depth', there are [rmse]");
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("l1_range", 0.1);
        scores.put("spearman", 0.9);
        assertThat(line("depth", scores, false)).isEqualTo("run, depth, l1_range, 0.1000, spearman, 0.9000");
    }

    private static String line(String task, Map<String, Double> scores, boolean parity) {
        return PerformanceLine.of("run", new Evaluation("", "", task, "", "", 1, scores, Map.of()), parity);
    }

    private static Evaluation scored(String task, String metric, double value) {
        return new Evaluation("", "", task, "", "", 1, Map.of(metric, value), Map.of());
    }
}
