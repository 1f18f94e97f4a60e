package dev.facet.trainer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TorchDeviceTest {
    @Test
    void namesAreThoseOfPyTorch() {
        assertThat(TorchDevice.of("cpu")).isEqualTo(TorchDevice.CPU);
        assertThat(TorchDevice.of("cuda").device()).isEqualTo(Device.gpu(0));
        assertThat(TorchDevice.of("cuda:1").device()).isEqualTo(Device.gpu(1));
        assertThat(TorchDevice.of("mps").device().getDeviceType()).isEqualTo("mps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:x", "CPU", "cuda:0:1"})
    void anotherNameIsRefused(String name) {
        assertThatThrownBy(() -> TorchDevice.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("device: value='%s', expected cpu, cuda, cuda:N or mps".formatted(name));
    }

    @Test
    void theProcessorIsThere() {
        assertThatCode(TorchDevice.CPU::check).doesNotThrowAnyException();
        assertThat(TorchDevice.available()).startsWith("cpu");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:99", "mps"})
    void aDeviceThatIsNotThereIsAnsweredWithThoseThatAre(String name) {
        assertThatThrownBy(() -> TorchDevice.of(name).check())
                .isInstanceOf(TorchException.class)
                .hasMessageStartingWith("no such device: value='%s', this libtorch has cpu".formatted(name))
                .hasMessageNotContaining("\n");
    }
}
