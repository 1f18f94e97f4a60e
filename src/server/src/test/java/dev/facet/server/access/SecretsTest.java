package dev.facet.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.access.ApiKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    @Test
    void leavesKeysOut() {
        String key = ApiKey.generate();
        assertThat(Secrets.masked("/v1/packs/" + key + "/versions/1")).isEqualTo("/v1/packs/…/versions/1");
        assertThat(Secrets.masked("facet_too-short")).isEqualTo("…");
        assertThat(Secrets.maskedAddress("/v1/packs/a/activate", "version=2&key=secret&plan=" + key + "&secret"))
                .isEqualTo("/v1/packs/a/activate?version=2&…&plan=…&…");
        assertThat(Secrets.maskedAddress("/v1/packs", null)).isEqualTo("/v1/packs");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/packs/streets/versions/1",
                "c4d63ff3f70fd7f7",
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "5f1cbb1ad71c9a3a1f3a83c43c1aa0fd0a4c6ce5c5a7ab7d0b3a3a0c3d1d5e6f",
                "550E8400-E29B-41D4-A716-446655440000"
            })
    void leavesEverythingElse(String text) {
        assertThat(Secrets.masked(text)).isEqualTo(text);
    }
}
