package dev.facet.core.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Expected strings: {@code encode} of COCO's own API (pycocotools). */
class RunLengthsTest {
    @Test
    void countsColumnByColumnAsCocoDoes() {
        float[] mask = {0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1};
        assertThat(text(4, mask)).isEqualTo("11110O30");
    }

    @Test
    void fullAndEmptyMasksBeginWithTheCountOfZeros() {
        assertThat(text(2, 1, 1, 1, 1)).isEqualTo("04");
        assertThat(text(2, 0, 0, 0, 0)).isEqualTo("4");
    }

    @Test
    void writesLongRunsAndNegativeDifferencesAsCocoDoes() {
        float[] mask = new float[40 * 50];
        for (int y = 7; y < 33; y++) {
            for (int x = 5; x < 44; x++) {
                mask[y * 50 + x] = y == 15 && x == 20 ? 0 : 1;
            }
        }
        assertThat(text(50, mask))
                .isEqualTo("_6j0>0000000000000000000000000000^OC9=900000000000000000000000000000000000000000000Y7");
    }

    @Test
    void givesEveryClassTheMaskThatItWouldHaveAlone() {
        byte[] ids = {0, 2, 2, 0, 2, 2, 0, 0, 3, 0, 0, 2};
        RunLengths[] masks = RunLengths.ofClasses(3, 4, ids, 5);
        assertThat(masks[1]).isNull();
        assertThat(masks[4]).isNull();
        for (int id : new int[] {0, 2, 3}) {
            float[] mask = new float[ids.length];
            int pixels = 0;
            for (int i = 0; i < ids.length; i++) {
                mask[i] = ids[i] == id ? 1 : 0;
                pixels += (int) mask[i];
            }
            assertThat(masks[id].pixels()).isEqualTo(pixels);
            assertThat(new String(masks[id].finish(ids.length).toBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo(text(4, mask));
        }
    }

    private static String text(int width, float... mask) {
        byte[] ids = new byte[mask.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) mask[i];
        }
        RunLengths set = RunLengths.ofClasses(mask.length / width, width, ids, 2)[1];
        return new String(
                (set == null ? new RunLengths() : set).finish(mask.length).toBytes(), StandardCharsets.US_ASCII);
    }
}
