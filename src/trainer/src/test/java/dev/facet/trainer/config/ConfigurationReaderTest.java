package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationReaderTest {
    @Test
    void whatAFileLeavesOutIsTheDefault() throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse("seed: 9", Map.of());
        assertThat(configuration.seed()).isEqualTo(9);
        assertThat(configuration.optimizer().parameters().lr()).isEqualTo(0.02);
        assertThat(configuration.model().modulatedFrom()).isEqualTo(Stage.LAYER3);
    }

    @Test
    void settingsWinOverTheFile() throws IOException {
        TrainingConfiguration configuration = ConfigurationReader.parse(
                "model: {modulated_from: layer2}",
                Map.of("model.modulated_from", "layer4", "dataset.root", "some/folder"));
        assertThat(configuration.model().modulatedFrom()).isEqualTo(Stage.LAYER4);
        assertThat(configuration.dataset().root()).isEqualTo("some/folder");
    }

    @Test
    void anUnknownKeyIsNamedWithWhatWasMeant() {
        assertThatThrownBy(() -> ConfigurationReader.parse("optimizer: {parameters: {weight_deca: 1}}", Map.of()))
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

    @ParameterizedTest
    @ValueSource(strings = {"edges-bsds500", "segmentation-msrc21", "segmentation-camvid"})
    void shippedConfigurationsAreRead(String name) throws IOException {
        try (InputStream in =
                ConfigurationReader.class.getResourceAsStream("/dev/facet/trainer/configs/" + name + ".yaml")) {
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            TrainingConfiguration configuration = ConfigurationReader.parse(yaml, Map.of());
            assertThat(configuration.pack().name()).isNotBlank();
            assertThat(ConfigurationReader.parse(ConfigurationReader.write(configuration), Map.of()))
                    .isEqualTo(configuration);
        }
    }
}
