package dev.facet.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
    @Test
    void shrinksByTheMeanOfWhatIsCovered() {
        // Five columns to two: each covers two and a half.
        Raster raster = grey(1, 0, 10, 20, 30, 40);
        assertGrey(Resampler.resize(raster, 1, 2), (0 + 10 + 0.5 * 20) / 2.5, (0.5 * 20 + 30 + 40) / 2.5);
        assertGrey(Resampler.resize(grey(2, 1, 3, 5, 7), 1, 1), 4);
    }

    @Test
    void enlargesBilinearlyBetweenHalfPixelCenters() {
        // Centres of the four at -0.25, 0.25, 0.75, 1.25 of the two.
        assertGrey(Resampler.resize(grey(1, 0, 100), 1, 4), 0, 25, 75, 100);
        assertGrey(Resampler.resize(grey(2, 0, 100), 4, 1), 0, 25, 75, 100);
        assertGrey(Resampler.resize(grey(1, 9), 3, 1), 9, 9, 9);
    }

    @Test
    void returnsTheSameRasterWhereNothingChanges() {
        Raster raster = grey(1, 1, 2, 3);
        assertThat(Resampler.resize(raster, 1, 3)).isSameAs(raster);
    }

    @ParameterizedTest
    @CsvSource({"7,5,3,2", "5,9,17,4", "3,4,3,9", "16,16,5,16", "1,1,4,4", "13,1,6,1", "30,41,29,40", "640,2,512,3"})
    void agreesWithTheDefinition(int height, int width, int newHeight, int newWidth) {
        Raster raster = random(height, width);
        float[] actual = new float[newHeight * newWidth * 3];
        Resampler.rows(
                raster,
                newHeight,
                newWidth,
                (y, row) -> System.arraycopy(row, 0, actual, y * newWidth * 3, row.length));
        for (int i = 0; i < actual.length; i++) {
            double expected = defined(raster, newHeight, newWidth, i / 3 / newWidth, i / 3 % newWidth, i % 3);
            assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected, within(2e-4));
        }
    }

    @Test
    void preparesNormalisedPlanesPaddedWithZero() {
        Raster raster = random(5, 9);
        Frame frame = new InputPolicy(20, true, 16).frame(5, 9);
        assertThat(frame).isEqualTo(new Frame(5, 9, 11, 20, 16, 32));
        FloatBuffer target = InputTensor.allocate(16, 32);
        for (int i = 0; i < target.capacity(); i++) {
            target.put(i, Float.NaN);
        }

        InputTensor.prepare(raster, frame, Normalization.IMAGENET, target);

        for (int channel = 0; channel < 3; channel++) {
            double mean = Normalization.IMAGENET.mean().get(channel);
            double std = Normalization.IMAGENET.std().get(channel);
            for (int y = 0; y < 16; y++) {
                for (int x = 0; x < 32; x++) {
                    double expected =
                            y < 11 && x < 20 ? (defined(raster, 11, 20, y, x, channel) / 255 - mean) / std : 0;
                    assertThat((double) target.get((channel * 16 + y) * 32 + x))
                            .as("channel=%d, y=%d, x=%d", channel, y, x)
                            .isCloseTo(expected, within(1e-5));
                }
            }
        }
    }

    @Test
    void framesKeepTheAspectAndRoundToWholePixels() {
        InputPolicy policy = new InputPolicy(512, false, 16);
        assertThat(policy.frame(480, 640)).isEqualTo(new Frame(480, 640, 384, 512, 384, 512));
        assertThat(policy.frame(321, 481)).isEqualTo(new Frame(321, 481, 321, 481, 336, 496));
        assertThat(policy.frame(10_000, 1)).isEqualTo(new Frame(10_000, 1, 512, 1, 512, 16));
        assertThat(new InputPolicy(512, true, 16).frame(100, 50)).isEqualTo(new Frame(100, 50, 512, 256, 512, 256));
    }

    @Test
    void framesArePaddedToWhatPolicyAndEngineBothWant() {
        InputPolicy policy = new InputPolicy(512, false, 16);
        assertThat(policy.frame(321, 481, 1)).isEqualTo(policy.frame(321, 481));
        assertThat(policy.frame(321, 481, 64)).isEqualTo(new Frame(321, 481, 321, 481, 384, 512));
        assertThat(policy.frame(512, 512, 64)).isEqualTo(new Frame(512, 512, 512, 512, 512, 512));
        // Multiples of 32 as well as of 48.
        assertThat(new InputPolicy(512, false, 32).frame(97, 10, 48)).isEqualTo(new Frame(97, 10, 97, 10, 192, 96));
    }

    /** Enlarged axes: linear between half-pixel centres. Shrunken ones: the integral over the exact interval. */
    private static double defined(Raster raster, int newHeight, int newWidth, int y, int x, int channel) {
        double[] rows = weights(raster.height(), newHeight, y);
        double[] columns = weights(raster.width(), newWidth, x);
        double sum = 0;
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < columns.length; column++) {
                sum += rows[row] * columns[column] * Pictures.pixel(raster, row, column)[channel];
            }
        }
        return sum;
    }

    private static double[] weights(int in, int out, int i) {
        double[] weights = new double[in];
        double scale = (double) in / out;
        for (int sample = 0; sample < in; sample++) {
            if (out < in) {
                double covered = Math.min((i + 1) * scale, sample + 1) - Math.max(i * scale, sample);
                weights[sample] = Math.max(0, covered) / scale;
            } else {
                double position = Math.min(Math.max((i + 0.5) * scale - 0.5, 0), in - 1);
                weights[sample] = Math.max(0, 1 - Math.abs(position - sample));
            }
        }
        return weights;
    }

    private static Raster random(int height, int width) {
        byte[] rgb = new byte[height * width * 3];
        new Random(5).nextBytes(rgb);
        return new Raster(height, width, rgb);
    }

    /** Rows of grey values, as many rows as said. */
    private static Raster grey(int height, int... values) {
        byte[] rgb = new byte[values.length * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) values[i / 3];
        }
        return new Raster(height, values.length / height, rgb);
    }

    private static void assertGrey(Raster raster, double... values) {
        assertThat(raster.height() * raster.width()).isEqualTo(values.length);
        for (int i = 0; i < values.length; i++) {
            for (int value : Pictures.pixel(raster, i / raster.width(), i % raster.width())) {
                assertThat(value).isEqualTo((int) Math.round(values[i]));
            }
        }
    }
}
