package dev.facet.trainer.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViewOrderTest {
    private static ImageSource weighted(double... weights) {
        return new ImageSource() {
            @Override
            public int size() {
                return weights.length;
            }

            @Override
            public String id(int index) {
                return Integer.toString(index);
            }

            @Override
            public double weight(int index) {
                return weights[index];
            }

            @Override
            public LabelledImage image(int index) {
                throw new IllegalStateException("no image is needed");
            }
        };
    }

    @Test
    void equalWeightsGiveEachImageOnceInAPass() {
        ViewOrder order = new ViewOrder(weighted(0.7, 0.7, 0.7, 0.7, 0.7));
        assertThat(order.isPermutation()).isTrue();
        for (int pass = 0; pass < 20; pass++) {
            assertThat(order.pass(new SplittableRandom(pass))).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        }
    }

    @Test
    void weightsDecideHowOftenAnImageComes() {
        double[] weights = {0.5, 1, 1, 2, 0.001, 3.5};
        ViewOrder order = new ViewOrder(weighted(weights));
        assertThat(order.isPermutation()).isFalse();
        int passes = 20_000;
        int[] counts = new int[weights.length];
        for (int pass = 0; pass < passes; pass++) {
            int[] inPass = new int[weights.length];
            for (int image : order.pass(new SplittableRandom(pass * 0x9E3779B97F4A7C15L))) {
                counts[image]++;
                inPass[image]++;
            }
            for (int image = 0; image < weights.length; image++) {
                double expected = weights[image] / 8.001 * weights.length;
                assertThat(inPass[image]).isBetween((int) Math.floor(expected), (int) Math.ceil(expected));
            }
        }
        for (int image = 0; image < weights.length; image++) {
            double expected = weights[image] / 8.001 * weights.length;
            assertThat((double) counts[image] / passes).isCloseTo(expected, within(0.02));
        }
    }

    @Test
    void aPassIsAFunctionOfItsSeed() {
        ViewOrder order = new ViewOrder(weighted(1, 2, 3, 4));
        int[] first = order.pass(new SplittableRandom(5));
        order.pass(new SplittableRandom(6));
        assertThat(order.pass(new SplittableRandom(5))).isEqualTo(first);
    }
}
