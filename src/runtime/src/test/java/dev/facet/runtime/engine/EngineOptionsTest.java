package dev.facet.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineOptionsTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 48, 64, 1024})
    void takesMultiplesOfSixteen(int multiple) {
        assertThat(EngineOptions.DEFAULT.withSizeMultiple(multiple).sizeMultiple())
                .isEqualTo(multiple);
    }

    @ParameterizedTest
    @ValueSource(ints = {-16, 2, 8, 17, 1040})
    void refusesOtherMultiplesByValue(int multiple) {
        assertThatThrownBy(() -> EngineOptions.DEFAULT.withSizeMultiple(multiple))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size multiple: value=" + multiple);
    }

    @Test
    void changesOneThingAndKeepsTheRest() {
        EngineOptions options =
                EngineOptions.cpu(3).withSizeMultiple(64).withGpuMemoryBytes(5).withThreads(2);
        assertThat(options).isEqualTo(new EngineOptions(DeviceChoice.CPU, 2, false, 64, 5));
        assertThatThrownBy(() -> options.withGpuMemoryBytes(-1)).hasMessageContaining("bytes=-1");
    }

    @Test
    void onlyGpusPadFurtherAndBatch() {
        assertThat(DeviceDefaults.of("cpu")).isEqualTo(new DeviceDefaults(EngineOptions.OWN_MULTIPLE, 1, 0));
        assertThat(DeviceDefaults.of("cuda:1")).isEqualTo(new DeviceDefaults(64, 8, 1));
    }
}
