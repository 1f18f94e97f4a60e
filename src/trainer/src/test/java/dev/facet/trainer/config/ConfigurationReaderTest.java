package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
    @Test
    void whatAFileLeavesOutIsTheDefault() throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse("seed: 9", Map.of());
        assertThat(configuration.seed()).isEqualTo(9);
        assertThat(configuration.optimizer().rate()).isEqualTo(0.1);
        assertThat(configuration.model().modulatedFrom()).isEqualTo(Stage.LAYER3);
    }

    @Test
    void settingsWinOverTheFile() throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse(
                "model: {modulated_from: layer2}",
                Map.of("model.modulated_from", "layer4", "dataset.root", "some/folder"));
        assertThat(configuration.model().modulatedFrom()).isEqualTo(Stage.LAYER4);
        assertThat(configuration.dataset().root()).contains("some/folder");
    }

    @Test
    void anUnknownKeyIsNamedWithWhatWasMeant() {
        assertThatThrownBy(() -> ConfigurationChecks.check(
                        ConfigurationReader.read("pascal/sal_RC_RI", Map.of("optimizer.parameters.weight_deca", "1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("optimizer.parameters.weight_deca")
                .hasMessageContaining("did you mean 'weight_decay'");
        assertThatThrownBy(() -> ConfigurationReader.parse("seed: 1", Map.of("modle.bank", "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'model'");
    }

    @Test
    void aWrongValueIsNamed() {
        assertThatThrownBy(() -> ConfigurationReader.parse("model: {modulated_from: layer9}", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("model.modulated_from");
    }

    @Test
    void filesOfTheReferenceAreReadAsTheyAre() throws IOException {
        TrainingConfiguration c = ConfigurationReader.parse("""
                training_strategy: {max_iter: 100}
                model:
                  architecture: "resnet18"
                  parameters: {pretrained_architecture: 'RC_RI', conv_layer: 'RCM', NFF: True, output_stride: 8,
                    decoder: True, train_enc_norm_layers: True, train_enc_conv_layers: False,
                    pyramid_pooling: "atrous-v3", common_mt_params: False, decomp_path: ./RI/resnet18/}
                logger: {train_log_iter: 10, val_log_iter: 50, image_log_iter: 50, results_dir: ./results}
                loss:
                  semseg: {loss_function: CrossEntropyLoss, parameters: {ignore_index: 255}}
                  edge: {loss_function: BCEWithLogitsLossWeighted, parameters: {positive_weight: 0.95}}
                optimizer: {algorithm: SGD, parameters: {lr: 0.005, momentum: 0.9, weight_decay: 1e-4}}
                scheduler: {lr_policy: PolynomialLR, parameters: {max_iter: 100, decay_iter: 1, gamma: 0.9}}
                dataset: {dataset_name: PASCALContext, tasks_weighting: {edge: 50}}
                train_dataloader:
                  dataset_args:
                    root: ./data
                    image_set: train
                    augmentations:
                      RandomCrop: {size: 512}
                      RandomScaling: {min_scale_factor: 0.5, max_scale_factor: 2.0, step_size: 0.25}
                      RandomHorizontalFlip:
                  dataloader_args: {batch_size: 8, num_workers: 8, shuffle: True}
                val_dataloader:
                  dataset_args: {root: ./data, image_set: val, augmentations: {PadImage: {size: [425, 560]}}}
                  dataloader_args: {batch_size: 1, num_workers: 8, shuffle: False}
                """, Map.of());
        ConfigurationChecks.check(c);
        assertThat(c.model().parameters().decoder().toDecoder()).isEqualTo(Decoder.reference(8));
        assertThat(c.model().start()).isEqualTo(ModelSettings.Start.BANK);
        assertThat(c.model().modulatedFrom()).isEqualTo(Stage.CONV1);
        var views = c.trainDataloader().datasetArgs().augmentations();
        assertThat(views.crop().orElseThrow().size()).containsExactly(512, 512);
        assertThat(views.flip().orElseThrow().p()).isEqualTo(0.5);
        assertThat(c.optimizer().decay()).isEqualTo(1e-4);
        assertThat(c.trainingStrategy().export()).isEqualTo("last");
        assertThat(c.dataset().tasksWeighting()).containsExactly(Map.entry("edge", 50.0));
    }

    @Test
    void whatAReferenceFileLeavesOutIsAsThere() throws IOException {
        TrainingConfiguration c = ConfigurationReader.parse(
                "model: {parameters: {conv_layer: Conv, pretrained_architecture: null}}", Map.of());
        assertThat(c.model().start()).isEqualTo(ModelSettings.Start.RANDOM);
        assertThat(c.model().parameters().fusion()).isFalse();
        assertThat(c.optimizer().rate()).isEqualTo(0.005);
    }

    @Test
    void settingsReachBelowShortFormsAndOpenMaps() throws IOException {
        TrainingConfiguration c = ConfigurationReader.read(
                "pascal/edge_RC_RI_NFF",
                Map.of(
                        "loss.edge.parameters.positive_weight", "0.8",
                        "model.parameters.decoder.width", "64",
                        "model.parameters.output_stride", "8",
                        "dataset.tasks_weighting.semseg", "2",
                        "training_strategy.max_iter", "200"));
        assertThat(c.loss().get("edge").parameters().orElseThrow().positiveWeight())
                .contains(0.8);
        assertThat(c.model().parameters().decoder().rates()).containsExactly(12, 24, 36);
        assertThat(c.model().parameters().decoder().width()).isEqualTo(64);
        assertThat(c.dataset().tasksWeighting()).isEqualTo(Map.of("edge", 50.0, "semseg", 2.0));
        assertThat(c.scheduler().parameters().maxIter()).hasValue(200);
    }

    @Test
    void aFileExtendsAnotherBesideItOrAShippedOne(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("base.yaml"), "extends: nyud/depth_RC_RI_NFF\nseed: 3\n");
        Files.writeString(folder.resolve("top.yaml"), "extends: base.yaml\noptimizer: {parameters: {lr: 0.01}}\n");
        TrainingConfiguration c =
                ConfigurationReader.read(folder.resolve("top.yaml").toString(), Map.of());
        assertThat(c.seed()).isEqualTo(3);
        assertThat(c.optimizer().rate()).isEqualTo(0.01);
        assertThat(c.dataset().tasksWeighting()).containsKey("depth");
        Files.writeString(folder.resolve("circle.yaml"), "extends: circle.yaml\n");
        assertThatThrownBy(() ->
                        ConfigurationReader.read(folder.resolve("circle.yaml").toString(), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("extends");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.parameters.pretrained_architecture|Conv|model.parameters.pretrained_architecture",
                "model.architecture|resnet50|model.architecture",
                "model.parameters.conv_layer|RCMM|did you mean 'RCM'",
                "model.parameters.conv_layer|Conv|model.parameters.NFF",
                "model.modulation|none|contradiction: model.modulation=none",
                "model.parameters.output_stride|32|model.parameters.output_stride",
                "model.parameters.decoder.rates|[1, 2]|model.parameters.decoder",
                "model.parameters.decoder|false|model.parameters.decoder",
                "model.parameters.pyramid_pooling|psp|model.parameters.pyramid_pooling",
                "model.start|random|model.start=random",
                "training_strategy.max_iter|0|training_strategy.max_iter",
                "training_strategy.max_iter|1.5|training_strategy.max_iter",
                "training_strategy.max_iter|null|training_strategy.max_iter",
                "training_strategy.export|first|training_strategy.export",
                "training_strategy.precision|fp16|training_strategy.precision",
                "scheduler.parameters.max_iter|5|scheduler.parameters.max_iter",
                "scheduler.lr_policy|StepLR|scheduler.lr_policy",
                "optimizer.algorithm|SDG|optimizer.algorithm",
                "optimizer.parameters.lr|-1|optimizer.parameters.lr",
                "optimizer.parameters.lr|fast|optimizer.parameters.lr",
                "optimizer|null|optimizer",
                "dataset.tasks_weighting|null|dataset.tasks_weighting",
                "dataset.tasks_weighting.semsek|1|did you mean 'semseg'",
                "dataset.tasks_weighting.semseg|-1|dataset.tasks_weighting.semseg",
                "dataset.tasks_weighting.segmentation|1|dataset.tasks_weighting.segmentation",
                "loss.semseg.loss_function|L1Loss|loss.semseg.loss_function",
                "loss.semseg.parameters.positive_weight|0.5|loss.semseg.parameters.positive_weight",
                "loss.semseg.parameters.ignore_index|0|loss.semseg.parameters.ignore_index",
                "loss.semseg.parametres|{}|did you mean 'parameters'",
                "train_dataloader.dataloader_args.batch_size|1|train_dataloader.dataloader_args.batch_size",
                "train_dataloader.dataset_args.augmentations.RandomCrop|null|augmentations.RandomCrop",
                "train_dataloader.dataset_args.augmentations.RandomCrop.size|[1, 2, 3]|RandomCrop",
                "train_dataloader.dataset_args.augmentations.RandomScaling.max_scale_factor|0.1|RandomScaling",
                "train_dataloader.dataset_args.augmentations.RandomRotate|1|did you mean",
                "val_dataloader.dataset_args.augmentations.RandomCrop.size|64|val_dataloader",
                "pack.name|UPPER|pack.name",
                "pack.store|fp8|pack.store",
                "pack.name|bank|pack.name",
                "loss.segmentation.loss_function|CrossEntropyLoss|task given twice: key='loss.segmentation'",
                "input.size|5000|input.size",
                "train_dataloader.dataset_args.augmentations.RandomCrop.size|5000|RandomCrop",
                "train_dataloader.dataset_args.augmentations.RandomScaling.max_scale_factor|20|RandomScaling",
                "train_dataloader.dataset_args.augmentations.RandomScaling.step_size|1e-8|RandomScaling",
                "train_dataloader.dataloader_args.batch_size|4096|at most 2730 views of 512×512",
                "logger.train_log_iter|0|logger.train_log_iter"
            })
    void whatIsWrongIsOneSentenceThatNamesTheKey(String key, String value, String expected) {
        assertThatThrownBy(() -> ConfigurationChecks.check(
                        ConfigurationReader.read("pascal/semseg_RC_RI_NFF", Map.of(key, value))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource({"RC_RI, true", "RC, false", "RA_series, false", "RA_parallel, false", "Conv, true"})
    void resnet34HasNoneOfTheSpecialCheckpoints(String source, boolean allowed) throws IOException {
        String layer = source.startsWith("RC") ? "RCM" : source;
        TrainingConfiguration c = ConfigurationReader.parse("""
                model: {architecture: resnet34, parameters: {conv_layer: %s, pretrained_architecture: %s}}
                dataset: {tasks_weighting: {sal: 5}, root: data}
                train_dataloader: {dataset_args: {augmentations: {RandomCrop: {size: 64}}}}
                """.formatted(layer, source), Map.of());
        if (allowed) {
            ConfigurationChecks.check(c);
        } else {
            assertThatThrownBy(() -> ConfigurationChecks.check(c))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pretrained_architecture")
                    .hasMessageContaining("resnet34");
        }
    }

    @Test
    void theMomentumOfTheDefaultsIsOneOfSgdAlone() throws IOException {
        TrainingConfiguration c = ConfigurationReader.read(
                "nyud/depth_RC_RI_NFF",
                Map.of("optimizer", "{algorithm: Adam, parameters: {lr: 1e-3, betas: [0.9, 0.99], momentum: 0.5}}"));
        assertThatThrownBy(() -> ConfigurationChecks.check(c))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("optimizer.parameters.momentum");
        TrainingConfiguration adam = ConfigurationReader.parse("""
                dataset: {task: depth, root: data}
                optimizer: {algorithm: Adam, parameters: {lr: 1e-3, betas: [0.9, 0.99]}}
                """, Map.of());
        ConfigurationChecks.check(adam);
        assertThat(adam.optimizer().ruleParameters()).containsOnlyKeys("betas");
        assertThat(adam.optimizer().rate()).isEqualTo(1e-3);
    }

    /** The reference's files have a momentum, which no user of another algorithm should have to take away. */
    @ParameterizedTest
    @CsvSource({"optimizer.algorithm, Adam", "optimizer, {algorithm: Adam}"})
    void anotherAlgorithmTakesOnlyRateAndDecayOverFromAFile(String key, String value) throws IOException {
        TrainingConfiguration c = ConfigurationReader.read("pascal/semseg_RC_RI_NFF", Map.of(key, value));
        ConfigurationChecks.check(c);
        assertThat(c.optimizer().parameters()).containsOnlyKeys("lr", "weight_decay");
        assertThat(ConfigurationReader.read("pascal/semseg_RC_RI_NFF", Map.of("optimizer.algorithm", "SGD"))
                        .optimizer()
                        .parameters())
                .containsEntry("momentum", 0.9);
    }

    @Test
    void aLossIsTheTasksUnderEitherName() throws IOException {
        TrainingConfiguration c = ConfigurationReader.read(
                "pascal/edge_RC", Map.of("dataset.task", "edges", "loss.positive_weight", "0.7"));
        ConfigurationChecks.check(c);
        assertThat(c.loss().get("edge").parameters().orElseThrow().positiveWeight())
                .contains(0.7);
    }

    @Test
    void duplicateKeysAndTextThatIsNoYamlAreRefused() {
        assertThatThrownBy(() -> ConfigurationReader.parse("seed: 1\nseed: 2", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed");
        assertThatThrownBy(() -> ConfigurationReader.parse("[1, 2", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not YAML");
        assertThatThrownBy(() -> ConfigurationReader.parse("", Map.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
