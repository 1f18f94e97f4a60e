package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.file.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentCommandTest {
    @TempDir
    Path folder;

    @Test
    void cellsAreRunOnceAndTheTableGrows() throws IOException {
        Path config = TinyFolder.write(folder);
        Path table = folder.resolve("table.yaml");
        Files.writeString(table, """
                title: Tiny
                configuration: '%s'
                data: '%s'
                seeds: [1]
                split: test
                baseline: single
                settings: {training_strategy.max_iter: 2}
                tasks:
                  segmentation: {folder: data}
                  saliency: {folder: data, settings: {dataset.task: saliency}}
                methods:
                  single: {settings: {model.modulation: none, model.parameters.NFF: false}}
                  rc: {settings: {optimizer.parameters.lr: 0.01}}
                """.formatted(config, folder));
        Path out = folder.resolve("out");
        String[] run = {"experiment", "--table", table.toString(), "--out", out.toString(), "--only", "*/segmentation"};
        TrainerProcess.Answer first = TrainerProcess.run(run);
        assertThat(first.code()).as(first.errors()).isZero();
        Path cell = out.resolve("cells/rc.segmentation.seed-1.json");
        assertThat(Files.readString(cell))
                .contains("\"mIoU\"", "\"imagesPerSecond\"", "\"trainedEncoder\"", "\"shortcuts\"");
        assertThat(out.resolve("cells/rc.segmentation.seed-1.images.json.gz")).exists();
        assertThat(out.resolve("runs/rc.segmentation.seed-1/checkpoints")).doesNotExist();
        FileTime written = Files.getLastModifiedTime(cell);
        Path single = out.resolve("cells/single.segmentation.seed-1.json");
        Files.delete(single);

        // Where another process is at a cell, it is left to it.
        try (FolderLock held =
                FolderLock.take(out.resolve("runs/single.segmentation.seed-1")).orElseThrow()) {
            assertThat(TrainerProcess.run(run).code()).isZero();
            assertThat(single).doesNotExist();
            TrainerProcess.Answer refused = TrainerProcess.run(
                    "train",
                    "--config",
                    config.toString(),
                    "--out",
                    out.resolve("runs/single.segmentation.seed-1").toString());
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.errors())
                    .contains("folder in use", "single.segmentation.seed-1")
                    .hasLineCount(1);
        }
        TrainerProcess.Answer second = TrainerProcess.run(run);
        assertThat(second.code()).as(second.errors()).isZero();
        assertThat(Files.getLastModifiedTime(cell)).isEqualTo(written);
        assertThat(single).exists();
        assertThat(Files.readString(out.resolve("table.md")))
                .contains("2 of 4 cells", "| single", "segmentation mIoU ↑");

        // A cell that can't be finished costs neither the others nor the next start.
        Files.writeString(
                table,
                Files.readString(table).replace("lr: 0.01", "lr: 0.02")
                        + "  diverging: {settings: {loss.weight: 1e39}}\n  late: {settings: {optimizer.parameters.lr: 0.03}}\n");
        TrainerProcess.Answer diverged = TrainerProcess.run(run);
        assertThat(diverged.code()).isEqualTo(1);
        assertThat(diverged.errors())
                .contains("diverging/segmentation/1 failed: ", "loss")
                .hasLineCount(1);
        assertThat(out.resolve("cells/late.segmentation.seed-1.json")).exists();
        assertThat(Files.readString(out.resolve("table.md")))
                .contains("1 finished with another configuration than the table's now: rc/segmentation/1");

        TrainerProcess.Answer choosing =
                TrainerProcess.run("experiment", "--table", table.toString(), "--out", out.toString(), "--choose");
        assertThat(choosing.code()).isEqualTo(1);
        assertThat(choosing.errors())
                .contains("can't choose by this split: split='test', expected 'val'")
                .hasLineCount(1);

        Path elsewhere = folder.resolve("elsewhere");
        TrainerProcess.Answer wrong = TrainerProcess.run(
                "experiment", "--table", table.toString(), "--out", elsewhere.toString(), "--data", "nowhere");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.errors()).contains("nowhere").hasLineCount(1);
        assertThat(elsewhere).doesNotExist();

        TrainerProcess.Answer none = TrainerProcess.run(
                "experiment", "--table", table.toString(), "--out", out.toString(), "--only", "ra", "--summary");
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.errors()).contains("no such cells").hasLineCount(1);
    }

    /** Tasks with a common encoder are one training, whose packs are scored each by itself. */
    @Test
    void cellsOfOneTrainingAreFinishedTogether() throws Exception {
        Path config = TinyFolder.write(folder);
        Path table = folder.resolve("table.yaml");
        Files.writeString(table, """
                title: Tiny
                configuration: '%s'
                data: '%s'
                seeds: [1]
                split: val
                settings: {training_strategy.max_iter: 2, dataset.task: null}
                tasks:
                  segmentation: {folder: data, kind: segmentation, settings: {dataset.tasks_weighting: {segmentation: 1}}}
                  saliency: {folder: data, kind: saliency, settings: {dataset.tasks_weighting: {saliency: 1}}}
                methods:
                  joint:
                    settings:
                      dataset.tasks_weighting: {segmentation: 1, saliency: 1}
                      model.parameters.common_mt_params: true
                  rates:
                    grid: {keys: [optimizer.roles.modulators.lr_factor], values: [1, 0]}
                """.formatted(config, folder));
        Path out = folder.resolve("out");
        String[] run = {
            "experiment",
            "--table",
            table.toString(),
            "--out",
            out.toString(),
            "--only",
            "joint/saliency",
            "--only",
            "rates-0/saliency"
        };
        assertThat(TrainerProcess.lines(run)).contains("joint/segmentation/1, joint/saliency/1");
        assertThat(out.resolve("runs")).isDirectoryContaining("glob:**joint.segmentation.seed-1");
        for (String kind : List.of("segmentation", "saliency")) {
            assertThat(Files.readString(out.resolve("cells/joint." + kind + ".seed-1.json")))
                    .contains("\"kind\" : \"" + kind + "\"", "mIoU");
        }
        assertThat(Files.readString(out.resolve("cells/rates-0.saliency.seed-1.json")))
                .containsPattern("\"modulators\" : \\{\\s+\"trained\" : 0,\\s+\"distance\" : 0.0,");
        assertThat(out.resolve("table.svg")).exists();

        assertThat(TrainerProcess.lines("experiment", "--table", table.toString(), "--out", out.toString(), "--choose"))
                .contains("      saliency: {optimizer.roles.modulators.lr_factor: 0}")
                .anyMatch(line -> line.contains("1: not finished"));

        Files.writeString(table, Files.readString(table).replace("kind: saliency", "kind: depth"));
        TrainerProcess.Answer wrong = TrainerProcess.run(
                "experiment", "--table", table.toString(), "--out", out.toString(), "--only", "rates-1/saliency");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.errors())
                .contains("tasks.saliency.kind=depth", "[saliency]")
                .hasLineCount(1);
    }
}
