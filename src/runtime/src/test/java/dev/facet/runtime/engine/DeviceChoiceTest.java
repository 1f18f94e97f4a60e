package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
    @ParameterizedTest
    @ValueSource(strings = {"auto", "cpu", "cuda:0", "cuda:12"})
    void readsWhatItWrites(String value) {
        assertThat(DeviceChoice.of(value)).hasToString(value);
    }

    @Test
    void cudaAloneIsTheFirstGpu() {
        assertThat(DeviceChoice.of("cuda")).isEqualTo(DeviceChoice.of("cuda:0"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cpu:0"})
    void refusesOtherNames(String value) {
        assertThatThrownBy(() -> DeviceChoice.of(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected=auto|cpu|cuda[:n]");
    }
}
