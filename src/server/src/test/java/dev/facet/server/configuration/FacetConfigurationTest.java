package dev.facet.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.runtime.prediction.PredictionLimits;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FacetConfigurationTest {
    @Test
    void hasTheDocumentedDefaults() {
        FacetConfiguration configuration = configuration(Map.of());
        assertThat(configuration.bank()).isEmpty();
        assertThat(configuration.bankFile()).isEqualTo(Path.of("models", "bank.safetensors"));
        assertThat(configuration.models().dir()).isEqualTo(Path.of("models"));
        assertThat(configuration.data().dir()).isEqualTo(Path.of("data"));
        assertThat(configuration.engine().device()).isEqualTo("auto");
        assertThat(configuration.engine().threads()).isZero();
        assertThat(configuration.engine().concurrency()).isZero();
        assertThat(configuration.engine().tf32()).isFalse();
        assertThat(configuration.engine().sizeMultiple()).isZero();
        assertThat(configuration.engine().batch()).isZero();
        assertThat(configuration.engine().plan()).isEqualTo("auto");
        assertThat(configuration.engine().gpuMemory()).isEmpty();
        assertThat(configuration.engine().warmUp()).isTrue();
        assertThat(configuration.limits().imageBytes().asLongValue()).isEqualTo(32L << 20);
        assertThat(configuration.limits().imagePixels()).isEqualTo(50_000_000);
        assertThat(configuration.limits().imageSide()).isEqualTo(16_384);
        assertThat(configuration.limits().packBytes().asLongValue()).isEqualTo(256L << 20);
        assertThat(configuration.limits().packs()).isEqualTo(10_000);
        assertThat(configuration.limits().packMemory()).isEmpty();
        assertThat(configuration.limits().packMemoryBytes()).isBetween(256L << 20, 8L << 30);
        assertThat(configuration.packs().pinned()).isEmpty();
        assertThat(configuration.packs().required()).isEmpty();
        assertThat(configuration.limits().selfTestTolerance()).isEqualTo(1e-3);
        assertThat(configuration.limits().int8SelfTestTolerance()).isEqualTo(0.05);
        assertThat(configuration.limits().queueWait()).isEqualTo(Duration.ofSeconds(1));
        assertThat(configuration.limits().bodyTime()).isEqualTo(Duration.ofSeconds(60));
        assertThat(configuration.limits().packTime()).isEqualTo(Duration.ofMinutes(10));
        assertThat(configuration.limits().bodyRate().asLongValue()).isEqualTo(1024);
        assertThat(configuration.limits().answerTime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.limits().connections()).isEqualTo(4096);
        assertThat(configuration.limits().connectionsPerAddress()).isZero();
        assertThat(configuration.limits().memory()).isEmpty();
        assertThat(configuration.limits().memoryBytes())
                .isEqualTo(Runtime.getRuntime().maxMemory() / 100 * 60);
        assertThat(configuration.limits().featureMemory()).isEmpty();
        assertThat(configuration.limits().featureMemoryBytes())
                .isEqualTo(Math.min(128L << 20, configuration.limits().memoryBytes() / 10));
        assertThat(configuration.limits().tasks()).isEqualTo(16);
        assertThat(configuration.limits().metricPacks()).isEqualTo(100);
        assertThat(configuration.limits().tensorBytes().asLongValue()).isEqualTo(64L << 20);
        assertThat(configuration.limits().tiles()).isEqualTo(256);
        assertThat(configuration.limits().tileSize()).isEqualTo(1024);
        assertThat(configuration.limits().prediction()).isEqualTo(PredictionLimits.DEFAULT);
        assertThat(configuration.request().timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(configuration.management().key()).isEmpty();
        assertThat(configuration.management().trustedKeys()).isEmpty();
        assertThat(configuration.access().keys()).isEmpty();
        assertThat(configuration.access().openPredictions()).isFalse();
        assertThat(configuration.access().clientCertificates()).isFalse();
        assertThat(configuration.tracing().enabled()).isFalse();
    }

    @Test
    void readsWhatIsSet() {
        FacetConfiguration configuration = configuration(Map.of(
                "facet.bank", "/banks/own.safetensors",
                "facet.limits.image-bytes", "1M",
                "facet.request.timeout", "500MS",
                "facet.management.key", "secret"));
        assertThat(configuration.bankFile()).isEqualTo(Path.of("/banks/own.safetensors"));
        assertThat(configuration.limits().image().maxBytes()).isEqualTo(1 << 20);
        assertThat(configuration.request().timeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(configuration.management().key()).contains("secret");
    }

    @Test
    void refusesAKeyThatIsNotKnown() {
        assertThatThrownBy(() -> configuration(Map.of("facet.limits.qeue", "3")))
                .hasMessageContaining("facet.limits.qeue");
    }

    private static FacetConfiguration configuration(Map<String, String> values) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(FacetConfiguration.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build();
        return config.getConfigMapping(FacetConfiguration.class);
    }
}
