package dev.facet.evaluation.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestMatchingTest {
    private static final int SIZE = 9;

    @Test
    void agreesWithAnExhaustiveMatcherAfterEveryStep() {
        long seed = 20;
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            byte[] truth = new byte[SIZE * SIZE];
            int[] pixels =
                    random.ints(0, SIZE * SIZE).distinct().limit(9).sorted().toArray();
            random.ints(0, SIZE * SIZE).distinct().limit(8).forEach(at -> truth[at] = 1);
            double reach = 1 + random.nextInt(4) * 0.9;
            PixelGraph graph = PixelGraph.of(pixels, truth, SIZE, SIZE, reach);
            NearestMatching matching = new NearestMatching(graph, true);
            boolean[] present = new boolean[pixels.length];
            for (int step = 0; step < 40; step++) {
                int pixel = random.nextInt(pixels.length);
                present[pixel] ^= true;
                if (present[pixel]) {
                    matching.add(pixel);
                } else {
                    matching.remove(pixel);
                }
                ExhaustiveMatcher best = new ExhaustiveMatcher(graph, present);
                String where = "seed=%d, round=%d, step=%d".formatted(seed, round, step);
                assertThat(matching.size()).as(where).isEqualTo(best.size());
                assertThat(matching.distance()).as(where).isCloseTo(best.distance(), within(1e-6));
                for (int i = 0; i < pixels.length; i++) {
                    assertThat(matching.isMatched(i)).as(where).isEqualTo(best.isMatched(i));
                }
            }
        }
    }

    @Test
    void findsThePairsThatAGreedyChoiceMisses() {
        // Detected 1 and 2, truth 0 and 1: nearest first pairs 1 with 1 and leaves 2 alone.
        byte[] truth = {1, 1, 0, 0};
        PixelGraph graph = PixelGraph.of(new int[] {1, 2}, truth, 1, 4, 1);
        NearestMatching matching = new NearestMatching(graph, true);

        matching.add(0);
        assertThat(matching.distance()).isZero();
        matching.add(1);

        assertThat(matching.size()).isEqualTo(2);
        assertThat(matching.distance()).isEqualTo(2);
    }

    @Test
    void takesTheNearestOfTwoForOnePixel() {
        byte[] truth = {0, 0, 1, 0, 0};
        PixelGraph graph = PixelGraph.of(new int[] {0, 3}, truth, 1, 5, 2);
        NearestMatching nearest = new NearestMatching(graph, true);
        NearestMatching any = new NearestMatching(graph, false);
        for (NearestMatching matching : new NearestMatching[] {nearest, any}) {
            matching.add(0);
            matching.add(1);
            assertThat(matching.size()).isEqualTo(1);
        }
        assertThat(nearest.isMatched(1)).isTrue();
        // Where distances don't count the first one stays.
        assertThat(any.isMatched(0)).isTrue();
    }

    @Test
    void reachesExactlyTheToleranceAndNoFurther() {
        byte[] truth = {1, 0, 0, 0};
        assertThat(PixelGraph.of(new int[] {3}, truth, 1, 4, 3).neighbour()).hasSize(2);
        assertThat(PixelGraph.of(new int[] {3}, truth, 1, 4, 2.999).neighbour()).isEmpty();
    }
}
