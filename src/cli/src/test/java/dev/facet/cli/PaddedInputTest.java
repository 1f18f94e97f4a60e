package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.Depth;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.PreparedPack;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddedInputTest {
    /** Answers with the red plane of its input at a quarter of the size: a depth map that shows where the image lies. */
    private record RedPlane(PackManifest manifest) implements PreparedPack {
        @Override
        public List<NetworkOutput> run(NetworkInput input, Cancellation cancellation) {
            FloatBuffer nchw = input.nchw();
            int height = input.height();
            int width = input.width();
            float[] red = new float[height / 4 * (width / 4)];
            for (int i = 0; i < red.length; i++) {
                int y = i / (width / 4) * 4 + 1;
                int x = i % (width / 4) * 4 + 1;
                red[i] = (nchw.get(y * width + x) * 0.229f + 0.485f) * 255;
            }
            return List.of(new NetworkOutput(1, height / 4, width / 4, red));
        }

        @Override
        public List<NetworkOutput> run(Features features, Cancellation cancellation) {
            throw new UnsupportedOperationException("takes images only");
        }

        @Override
        public Prefix prefix() {
            return Prefix.of(manifest);
        }

        @Override
        public String digest() {
            return "";
        }

        @Override
        public Plan plan() {
            return Plan.FACTORED;
        }

        @Override
        public long sizeBytes() {
            return 0;
        }

        @Override
        public void close() {}
    }

    @Test
    void padsAroundTheCentreAndCutsTheCentreOutAgain() {
        byte[] rgb = new byte[16 * 24 * 3];
        Arrays.fill(rgb, (byte) 200);
        RedPlane pack = new RedPlane(RandomModels.manifest(new Depth("metre", 0.001)));

        Prediction answer = new PaddedInput(32, 8).predict(pack, new Raster(16, 24, rgb), Normalization.IMAGENET);

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
