package dev.facet.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UnknownSettingsTest {
    private static List<String> ofVariables(String... names) {
        Map<String, String> variables = new TreeMap<>();
        for (String name : names) {
            variables.put(name, "1");
        }
        return UnknownSettings.describe(variables, Set.of());
    }

    @Test
    void aVariableThatNamesNoSettingIsNamedWithTheOneThatWasMeant() {
        assertThat(ofVariables("FACET_ENGINE_TREADS", "FACET_LIMIT_QUEUE_WAIT"))
                .containsExactly(
                        "no such setting: environment variable FACET_ENGINE_TREADS; did you mean FACET_ENGINE_THREADS?",
                        "no such setting: environment variable FACET_LIMIT_QUEUE_WAIT; did you mean FACET_LIMITS_QUEUE_WAIT?");
        assertThat(ofVariables("FACET_ENGINE_SOMETHING_ELSE_ENTIRELY"))
                .containsExactly(
                        "no such setting: environment variable FACET_ENGINE_SOMETHING_ELSE_ENTIRELY; expected one of docs/configuration.md");
    }

    @Test
    void everySettingMayBeAVariable() {
        assertThat(ofVariables("FACET_BANK", "FACET_LIMITS_INT8_SELF_TEST_TOLERANCE", "FACET_MANAGEMENT_TRUSTED_KEYS"))
                .isEmpty();
    }

    @Test
    void variablesOfOthersAreLeftAlone() {
        assertThat(ofVariables("FACET_BUILD", "FACET_PROFILE", "FACET_VERSION", "QUARKUS_HTTP_PORT", "PATH"))
                .isEmpty();
        assertThat(ofVariables(
                        "FACET_PORT",
                        "FACET_PORT_8080_TCP",
                        "FACET_PORT_8080_TCP_ADDR",
                        "FACET_SERVICE_HOST",
                        "FACET_SERVICE_PORT",
                        "FACET_SERVICE_PORT_HTTP",
                        "FACET_MODELS_PORT",
                        "FACET_MODELS_SERVICE_HOST"))
                .as("of services of Kubernetes that are called facet or facet-models")
                .isEmpty();
    }

    @Test
    void aPropertyWithAnotherPrefixIsNamedIfItResemblesASetting() {
        assertThat(UnknownSettings.describe(
                        Map.of(),
                        Set.of(
                                "facets.bank",
                                "facet.engine.treads",
                                "java.home",
                                "file.encoding",
                                "quarkus.http.prot")))
                .containsExactly("no such setting: key=facets.bank; did you mean facet.bank?");
        assertThat(UnknownSettings.describe(Map.of(), System.getProperties().stringPropertyNames()))
                .as("of this JVM")
                .isEmpty();
    }
}
