package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InputTensorTest {
    @Test
    void buffersHaveRoomForOddSizes() {
        for (int height = 1; height < 40; height++) {
            for (int width = 1; width < 40; width++) {
                assertThat(InputTensor.allocate(height, width).capacity()).isEqualTo(3 * height * width);
            }
        }
    }
}
