package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
    @Test
    void whatAFileLeavesOutIsTheDefault() throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse("seed: 9", Map.of());
        assertThat(configuration.seed()).isEqualTo(9);
        assertThat(configuration.optimizer().rate()).isEqualTo(0.05);
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
                "{defaults: reference, model: {parameters: {conv_layer: Conv, pretrained_architecture: null}}}",
                Map.of());
        assertThat(c.model().start()).isEqualTo(ModelSettings.Start.NOTHING);
        assertThat(c.model().parameters().fusion()).isFalse();
        assertThat(c.optimizer().rate()).isEqualTo(0.005);
    }

    @Test
    void oneOfItsKeysMakesNoFileOneOfTheReferences() throws IOException {
        Reading reading = reading(
                "model: {parameters: {conv_layer: RA_parallel, NFF: false, pretrained_architecture: null}}", Map.of());
        TrainingConfiguration own = ConfigurationReader.parse("seed: 1", Map.of());

        TrainingConfiguration c = reading.configuration();
        assertThat(c.defaults()).isEqualTo(Defaults.FACET);
        assertThat(c.optimizer()).isEqualTo(own.optimizer());
        assertThat(c.trainingStrategy()).isEqualTo(own.trainingStrategy());
        assertThat(c.model().modulatedFrom()).isEqualTo(own.model().modulatedFrom());
        assertThat(reading.remarks())
                .singleElement()
                .asString()
                .startsWith("not read as one of the reference's files, since it has no training_strategy.max_iter, ");
    }

    @Test
    void whichDefaultsCountIsAskedForOrWrittenOrSeen() throws IOException {
        String published = published("semseg");
        assertThat(reading(published, Map.of()).configuration().defaults()).isEqualTo(Defaults.REFERENCE);
        assertThat(reading("defaults: facet\n" + published, Map.of())
                        .configuration()
                        .defaults())
                .isEqualTo(Defaults.FACET);
        assertThat(reading(published, Map.of("defaults", "facet")).remarks()).isEmpty();
        assertThat(ConfigurationReader.read(
                                source("defaults: facet\nseed: 1"), Map.of(), Optional.of(Defaults.REFERENCE))
                        .configuration()
                        .trainingStrategy()
                        .export())
                .isEqualTo("last");
        assertThatThrownBy(() -> reading("defaults: theirs", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key='defaults'");
    }

    /** What is published can't be wrong: it is read as far as it is known, and the rest is said. */
    @Test
    void whatAPublishedFileHasBesidesIsRemarkedUpon() throws IOException {
        String file = published("semseg")
                .replace("lr_policy: PolynomialLR", "lr_policy: PolynomialLR\n  last_epoch: -1")
                .replace("loss:\n", "loss:\n  albedo: {loss_function: L1Loss}\n  depth:\n");
        file += "visualizer: {port: 8097}\n";

        Reading reading = reading(file, Map.of());

        ConfigurationChecks.check(reading.configuration());
        assertThat(reading.configuration().loss()).containsOnlyKeys("depth", "semseg");
        assertThat(reading.remarks())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("keys that Facet doesn't know, without effect: ")
                .contains("loss.albedo", "scheduler.last_epoch", "visualizer");
        String twice = published("semseg").replace("algorithm: SGD", "algorithm: SGD\n  algorithm: Adam");
        assertThat(reading(twice, Map.of()).remarks()).anyMatch(remark -> remark.startsWith("a key is there twice"));
        assertThat(reading(twice, Map.of()).configuration().optimizer().algorithm())
                .isEqualTo("Adam");
    }

    @Test
    void whatIsSetBesideAPublishedFileMustBeKnown() {
        assertThatThrownBy(() -> reading(published("edge"), Map.of("logger.val_iter", "10")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown key: key='logger.val_iter'");
        assertThatThrownBy(() -> reading(published("edge"), Map.of("modle", "{bank: x}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("unknown key: key='modle'");
    }

    private static String published(String task) throws IOException {
        try (InputStream in = ConfigurationReaderTest.class.getResourceAsStream(
                "/dev/facet/trainer/reference/pascal/%s_RC_RI_NFF.yaml".formatted(task))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Reading reading(String text, Map<String, String> settings) throws IOException {
        return ConfigurationReader.read(source(text), settings, Optional.empty());
    }

    /** As from a file. */
    private static ConfigurationFiles.Source source(String text) {
        return new ConfigurationFiles.Source("theirs", Optional.of(Path.of(".")), text);
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
                "model.parameters.output_stride|64|model.parameters.output_stride",
                "model.parameters.decoder.rates|[1, 2]|model.parameters.decoder",
                "model.parameters.decoder|false|model.parameters.decoder",
                "model.parameters.pyramid_pooling|psp|model.parameters.pyramid_pooling",
                "model.start|random|model.start=random",
                "model.start|nothing|model.start=nothing",
                "model|{modulated_from: layer3, parameters: {pretrained_architecture: null}}|key='model.modulated_from'",
                "training_strategy.max_iter|0|training_strategy.max_iter",
                "training_strategy.max_iter|1.5|training_strategy.max_iter",
                "training_strategy.max_iter|null|training_strategy.max_iter",
                "training_strategy.export|first|training_strategy.export",
                "training_strategy.early_stopping|{patience: 0}|training_strategy.early_stopping.patience",
                "training_strategy.early_stopping|{patience: 2, patients: 1}|did you mean 'patience'",
                "model.start|pack|model.from=none",
                "training_strategy.precision|fp16|training_strategy.precision",
                "scheduler.parameters.max_iter|5|scheduler.parameters.max_iter",
                "scheduler.lr_policy|StepLR|scheduler.lr_policy",
                "optimizer.algorithm|SDG|optimizer.algorithm",
                "optimizer.parameters.lr|-1|optimizer.parameters.lr",
                "optimizer.parameters.lr|fast|optimizer.parameters.lr",
                "optimizer|null|optimizer",
                "optimizer.clip_norm|0|optimizer.clip_norm",
                "training_strategy.accumulate|0|training_strategy.accumulate",
                "scheduler.parameters.eta_min|1|scheduler.parameters.eta_min",
                "optimizer.modulators.lr_factor|0.5|expected optimizer.roles.modulators",
                "optimizer.roles.modulator.lr_factor|0.5|did you mean 'modulators'",
                "optimizer.roles.norms.lr_factor|-1|optimizer.roles.norms.lr_factor",
                "optimizer.roles.shortcuts.weight_decay|-1|optimizer.roles.shortcuts.weight_decay",
                "optimizer.roles.gains.decay_to|one|optimizer.roles.gains.decay_to",
                "train_dataloader.dataloader_args.last_batch|half|last_batch",
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
                defaults: reference
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
