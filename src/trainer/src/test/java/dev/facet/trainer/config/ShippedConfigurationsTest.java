package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.trainer.config.ModelSettings.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedConfigurationsTest {
    static List<String> shipped() throws IOException {
        return ConfigurationFiles.shipped().stream()
                .filter(name -> !name.startsWith("tables/"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void everyOneIsReadCheckedAndWrittenAsTheSame(String name) throws IOException {
        boolean hasSources =
                !ConfigurationReader.read(name, Map.of()).dataset().sources().isEmpty();
        TrainingConfiguration configuration =
                ConfigurationReader.read(name, hasSources ? Map.of() : Map.of("dataset.root", "data"));
        ConfigurationChecks.check(configuration);
        TrainingConfiguration again = ConfigurationReader.parse(ConfigurationReader.write(configuration), Map.of());
        assertThat(again).isEqualTo(configuration);
    }

    @ParameterizedTest
    @CsvSource({
        "pascal, semseg, 37500, 1, 10000, 512, 512",
        "pascal, human_parts, 13020, 2, 10000, 512, 512",
        "pascal, edge, 37500, 50, 10000, 512, 512",
        "pascal, normals, 37500, 10, 10000, 512, 512",
        "pascal, sal, 37500, 5, 10000, 512, 512",
        "nyud, semseg, 19875, 1, 5000, 425, 560",
        "nyud, edge, 19875, 50, 5000, 425, 560",
        "nyud, normals, 19875, 10, 5000, 425, 560",
        "nyud, depth, 19875, 1, 5000, 425, 560"
    })
    void theReferencesHaveTheNumbersOfItsTable(
            String folder, String task, int steps, double weight, int logIter, int height, int width)
            throws IOException {
        for (String variant : List.of("single_task", "RC", "RC_RI_NFF")) {
            TrainingConfiguration c = ConfigurationReader.read(folder + "/" + task + "_" + variant, Map.of());
            assertThat(c.trainingStrategy().maxIter()).isEqualTo(steps);
            assertThat(c.scheduler().parameters().maxIter()).isEqualTo(OptionalInt.of(steps));
            assertThat(c.scheduler().parameters().gamma()).isEqualTo(0.9);
            assertThat(c.dataset().tasksWeighting()).isEqualTo(Map.of(task, weight));
            assertThat(c.logger().valLogIter()).isEqualTo(logIter);
            assertThat(c.logger().imageLogIter()).isEqualTo(logIter);
            assertThat(c.logger().trainLogIter()).isEqualTo(100);
            assertThat(crop(c).size()).isEqualTo(List.of(height, width));
            assertThat(c.valDataloader()
                            .datasetArgs()
                            .augmentations()
                            .pad()
                            .orElseThrow()
                            .size())
                    .isEqualTo(List.of(height, width));
            var scaling =
                    c.trainDataloader().datasetArgs().augmentations().scaling().orElseThrow();
            assertThat(scaling).isEqualTo(new TrainingConfiguration.Scaling(0.5, 2, 0.25));
            assertThat(c.trainDataloader()
                            .datasetArgs()
                            .augmentations()
                            .flip()
                            .orElseThrow()
                            .p())
                    .isEqualTo(0.5);
            assertThat(c.trainDataloader().dataloaderArgs().batchSize()).isEqualTo(8);
            assertThat(c.optimizer().algorithm()).isEqualTo("SGD");
            assertThat(c.optimizer().parameters())
                    .isEqualTo(Map.of("lr", 0.005, "momentum", 0.9, "weight_decay", 1e-4));
            assertThat(c.model().modulatedFrom()).isEqualTo(Stage.CONV1);
            assertThat(c.model().parameters().decoder().toDecoder()).isEqualTo(Decoder.reference(16));
            if (task.equals("edge")) {
                assertThat(c.loss().get("edge").parameters().orElseThrow().positiveWeight())
                        .contains(0.95);
            }
        }
    }

    private static TrainingConfiguration.Size crop(TrainingConfiguration c) {
        return c.trainDataloader().datasetArgs().augmentations().crop().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "single_task, none, false, BANK",
        "RC, rc, false, CHECKPOINT",
        "RC_NFF, rc, true, CHECKPOINT",
        "RC_RI, rc, false, BANK",
        "RC_RI_NFF, rc, true, BANK",
        "RA_series, ra-series, false, CHECKPOINT",
        "RA_parallel, ra-parallel, false, CHECKPOINT"
    })
    void everyVariantIsWhatItsNameSays(String variant, String modulation, boolean fusion, Start start)
            throws IOException {
        for (String name : List.of("pascal/sal_" + variant, "nyud/depth_" + variant)) {
            TrainingConfiguration c = ConfigurationReader.read(name, Map.of());
            assertThat(c.model().effectiveModulation()).isEqualTo(Modulation.of(modulation));
            assertThat(c.model().parameters().fusion()).isEqualTo(fusion);
            assertThat(c.model().start()).isEqualTo(start);
        }
    }

    @Test
    void resnet34AndJointTrainingAreThereToo() throws IOException {
        assertThat(ConfigurationReader.read("pascal/edge_resnet34_RC_RI_NFF", Map.of())
                        .model()
                        .architecture())
                .isEqualTo(Architecture.RESNET34);
        TrainingConfiguration joint = ConfigurationReader.read("pascal/joint_RC_RI_NFF", Map.of());
        assertThat(joint.dataset().tasksWeighting())
                .isEqualTo(Map.of("semseg", 1.0, "human_parts", 2.0, "edge", 50.0, "normals", 10.0, "sal", 5.0));
        assertThat(joint.model().parameters().commonMtParams()).isFalse();
        TrainingConfiguration common = ConfigurationReader.read("nyud/joint_common_RC_RI_NFF", Map.of());
        assertThat(common.dataset().tasksWeighting().keySet()).isEqualTo(Set.of("semseg", "edge", "normals", "depth"));
        assertThat(common.model().parameters().commonMtParams()).isTrue();
    }

    @Test
    void aNameThatIsNotShippedIsAnsweredWithTheNearest() {
        assertThatThrownBy(() -> ConfigurationReader.read("pascal/semseg_RC_RI_NNF", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean 'pascal/semseg_RC_RI_NFF'");
    }
}
