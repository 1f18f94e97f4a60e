package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PaddedInputTest {
    /** The red plane at a quarter of the size, as a network's output: a depth map that shows where the image lies. */
    private static NetworkOutput redPlane(Raster image) {
        float[] red = new float[image.height() / 4 * (image.width() / 4)];
        for (int i = 0; i < red.length; i++) {
            int y = i / (image.width() / 4) * 4 + 1;
            int x = i % (image.width() / 4) * 4 + 1;
            red[i] = image.rgb()[(y * image.width() + x) * 3] & 0xFF;
        }
        return new NetworkOutput(1, image.height() / 4, image.width() / 4, red);
    }

    @Test
    void padsAroundTheCentreAndCutsTheCentreOutAgain() {
        byte[] rgb = new byte[16 * 24 * 3];
        Arrays.fill(rgb, (byte) 200);
        Raster image = new Raster(16, 24, rgb);

        Raster padded = new PaddedInput(32, 8).pad(image);
        Prediction whole = new Depth("metre", 0.001).decode(redPlane(padded), Frame.identity(32, 24));
        Prediction answer = PaddedInput.cut(whole, image);

        assertThat(padded.height()).isEqualTo(32);
        assertThat(answer.height()).isEqualTo(16);
        assertThat(answer.width()).isEqualTo(24);
        float[] values = ((Prediction.DepthMap) answer).values();
        // Rows far from the padding are the image's 200; at the edge they are mixed with the padding's 123.
        assertThat(values[8 * 24 + 12]).isBetween(199.9f, 200.1f);
        assertThat(values[12]).isBetween(150f, 199f);
    }

    @Test
    void readsSidesAndRefusesOthers() {
        assertThat(PaddedInput.parse("512")).isEqualTo(new PaddedInput(512, 512));
        assertThat(PaddedInput.parse("425x560")).isEqualTo(new PaddedInput(425, 560));
        for (String wrong : new String[] {"", "x", "0", "-3", "5000", "12x", "1x2x3", "99999"}) {
            assertThatThrownBy(() -> PaddedInput.parse(wrong)).as(wrong).isInstanceOf(CommandFailure.class);
        }
    }
}
