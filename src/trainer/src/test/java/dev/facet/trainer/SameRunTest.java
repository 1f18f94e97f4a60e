package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameRunTest {
    private static final String CONFIGURATION = "dataset: {tasks_weighting: {segmentation: 1}}";
    private static final TaskKind ROADS =
            new Segmentation(List.of(new LabelClass("other", "#000000"), new LabelClass("road", "#804080")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed|7",
                "training_strategy.export|last",
                "training_strategy.early_stopping.patience|3",
                "train_dataloader.dataset_args.augmentations.RandomCrop.size|64",
                "train_dataloader.dataset_args.augmentations.RandomHorizontallyFlip.p|0.25",
                "input.size|512",
                "optimizer.parameters.lr|0.2",
                "optimizer.parameters.momentum|0.5",
                "optimizer.roles.modulators.weight_decay|0.5",
                "optimizer.roles.shortcuts.lr_factor|0.5",
                "optimizer.clip_norm|0.5",
                "training_strategy.accumulate|4",
                "scheduler.lr_policy|CosineAnnealingLR",
                "optimizer.roles.norms.lr_factor|0",
                "train_dataloader.dataloader_args.last_batch|smaller",
                "model.modulated_from|layer2",
                "dataset.tasks_weighting.segmentation|2"
            })
    void namesTheKeyThatIsDifferent(String key, String value) throws IOException {
        assertThat(SameRun.firstDifference(side(Map.of()), side(Map.of(key, value))))
                .startsWith(key + "=")
                .containsPattern("=.*\\b" + value + "\\b.*, expected ")
                .endsWith(" as the run began");
    }

    @Test
    void otherClassesAreAnotherRunThoughNoKeySaysSo() throws IOException {
        TaskKind rivers =
                new Segmentation(List.of(new LabelClass("other", "#000000"), new LabelClass("river", "#804080")));
        TrainingConfiguration configuration = ConfigurationReader.parse(CONFIGURATION, Map.of());
        SameRun.Side now = new SameRun.Side(configuration, Experiment.settings(configuration, List.of(rivers)));

        assertThat(SameRun.firstDifference(side(Map.of()), now))
                .contains("dataset.tasks_weighting")
                .endsWith("expected as the run began");
    }

    @Test
    void whatChangesNoBitsIsNoDifference() throws IOException {
        assertThat(SameRun.firstDifference(
                        side(Map.of()),
                        side(Map.of(
                                "train_dataloader.dataloader_args.num_workers", "3", "logger.train_log_iter", "1"))))
                .isEmpty();
    }

    private static SameRun.Side side(Map<String, String> changes) throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse(CONFIGURATION, changes);
        return new SameRun.Side(configuration, Experiment.settings(configuration, List.of(ROADS)));
    }
}
