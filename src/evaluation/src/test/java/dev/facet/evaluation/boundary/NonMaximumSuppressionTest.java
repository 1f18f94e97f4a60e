package dev.facet.evaluation.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {
    @Test
    void agreesWithTheSameStepsInNumpy() throws Exception {
        try (InputStream in = NonMaximumSuppressionTest.class.getResourceAsStream("ridges.txt");
                Scanner numbers = new Scanner(in, StandardCharsets.UTF_8)) {
            int height = numbers.nextInt();
            int width = numbers.nextInt();
            byte[] strengths = new byte[height * width];
            for (int i = 0; i < strengths.length; i++) {
                strengths[i] = (byte) numbers.nextInt();
            }
            float[] ridges = NonMaximumSuppression.apply(strengths, height, width);
            for (int i = 0; i < ridges.length; i++) {
                float expected = Float.parseFloat(numbers.next());
                assertThat(ridges[i]).as("x=%d, y=%d", i % width, i / width).isCloseTo(expected, within(1e-6f));
            }
        }
    }

    @Test
    void keepsTheMiddleOfAWideEdge() {
        int height = 40;
        int width = 41;
        byte[] strengths = new byte[height * width];
        for (int i = 0; i < strengths.length; i++) {
            strengths[i] = (byte) Math.max(0, 250 - 60 * Math.abs(i % width - 20));
        }
        float[] ridges = NonMaximumSuppression.apply(strengths, height, width);
        for (int y = 5; y < height - 5; y++) {
            for (int x = 0; x < width; x++) {
                assertThat(ridges[y * width + x]).as("x=%d, y=%d", x, y).isEqualTo(x == 20 ? 250 / 255f : 0);
            }
        }
        assertThat(ridges[20]).isZero();
        assertThat(ridges[3 * width + 20]).isEqualTo(250 / 255f * 0.6f);
    }

    @Test
    void takesMapsOfOneRowOrColumn() {
        assertThat(NonMaximumSuppression.apply(new byte[] {1, 2, 3}, 1, 3)).hasSize(3);
        assertThat(NonMaximumSuppression.apply(new byte[] {1, 2, 3}, 3, 1)).hasSize(3);
        assertThat(NonMaximumSuppression.apply(new byte[] {9}, 1, 1)).hasSize(1);
    }
}
