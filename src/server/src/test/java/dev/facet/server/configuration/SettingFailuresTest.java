package dev.facet.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Against the framework's own messages, whose wording this depends on. */
class SettingFailuresTest {
    private static List<String> sentences(Map<String, String> settings) {
        ConfigValidationException failure = catchThrowableOfType(
                ConfigValidationException.class,
                () -> new SmallRyeConfigBuilder()
                        .withSources(new PropertiesConfigSource(settings, "settings", 100))
                        .withConverter(Duration.class, 200, new DurationConverter())
                        .withConverter(MemorySize.class, 200, new MemorySizeConverter())
                        .withMapping(FacetConfiguration.class)
                        .build());
        assertThat(failure).as("%s", settings).isNotNull();
        return SettingFailures.describe(failure, settings::get);
    }

    @Test
    void aValueThatCannotBeReadIsNamedWithItsKeyAndWhatWasExpected() {
        assertThat(sentences(Map.of("facet.request.timeout", "soon")))
                .containsExactly(
                        "facet.request.timeout: value='soon', expected a duration, for example 500MS, 30S or 5M");
        assertThat(sentences(Map.of("facet.limits.memory", "much")))
                .containsExactly("facet.limits.memory: value='much', expected a size, for example 512M or 2G");
        assertThat(sentences(Map.of("facet.engine.threads", "many")))
                .containsExactly("facet.engine.threads: value='many', expected a whole number from 0 to 1024");
        assertThat(sentences(Map.of("facet.limits.self-test-tolerance", "low")))
                .containsExactly("facet.limits.self-test-tolerance: value='low', expected a number above 0");
        assertThat(sentences(Map.of("facet.engine.tf32", "maybe")))
                .containsExactly("facet.engine.tf32: value='maybe', expected true or false");
        assertThat(sentences(Map.of("facet.engine.warm-up", "later")))
                .containsExactly("facet.engine.warm-up: value='later', expected true or false");
        assertThat(sentences(Map.of("facet.limits.connections", "")))
                .containsExactly("facet.limits.connections: value='', expected a whole number of at least 1");
    }

    @Test
    void severalAreAllNamed() {
        assertThat(sentences(Map.of("facet.request.timeout", "soon", "facet.engine.batch", "x")))
                .hasSize(2);
    }

    @Test
    void aKeyThatIsNoneIsNamedWithTheOneThatWasMeant() {
        assertThat(sentences(Map.of("facet.engine.treads", "2")))
                .containsExactly("no such setting: key=facet.engine.treads; did you mean facet.engine.threads?");
        assertThat(sentences(Map.of("facet.completely.different.thing", "2")))
                .containsExactly(
                        "no such setting: key=facet.completely.different.thing; expected one of docs/configuration.md");
    }

    @Test
    void knowsWhatEverySettingExpects() {
        assertThat(new TreeSet<>(SettingKeys.all()))
                .contains("facet.bank", "facet.engine.plan", "facet.limits.int8-self-test-tolerance")
                .allSatisfy(key ->
                        assertThat(SettingKeys.expected(key)).get().asString().isNotBlank());
        assertThat(SettingKeys.expected("facet.engine.plan")).contains("auto, factored, merged or int8");
        assertThat(SettingKeys.expected("quarkus.http.port")).isEmpty();
    }
}
