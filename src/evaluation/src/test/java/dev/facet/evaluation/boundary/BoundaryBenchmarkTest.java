package dev.facet.evaluation.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundaryBenchmarkTest {
    private static final int HEIGHT = 60;
    private static final int WIDTH = 80;
    /** 0.0075 of the diagonal of 100 would reach no neighbour: 0.03 reaches three pixels. */
    private static final BoundaryOptions OPTIONS = BoundaryOptions.STANDARD.withMaxDistance(0.03);

    @Test
    void findsALineThatLiesThreePixelsOffAndNoFurther() {
        byte[] strengths = column(30, 200);
        BoundaryCounts near = BoundaryBenchmark.count(strengths, List.of(column(33, 1)), HEIGHT, WIDTH, OPTIONS);
        BoundaryCounts far = BoundaryBenchmark.count(strengths, List.of(column(34, 1)), HEIGHT, WIDTH, OPTIONS);

        // The border fades: of the fourth row 200/255 · 3/5 = 0.47 is left, so four rows at each end are below 0.5.
        int half = 50;
        assertThat(near.detected()[half]).isEqualTo(HEIGHT - 8);
        assertThat(near.matchedDetected()[half]).isEqualTo(HEIGHT - 8);
        assertThat(near.matchedTruth()[half]).isEqualTo(HEIGHT - 8);
        assertThat(near.truth()[half]).isEqualTo(HEIGHT);
        assertThat(far.matchedDetected()[half]).isZero();
        // 200/255 = 0.78: nothing is detected above that.
        assertThat(near.detected()[79]).isZero();
        assertThat(near.precision(79)).isEqualTo(1);
        assertThat(near.recall(79)).isZero();
    }

    @Test
    void countsADetectedPixelOnceHoweverManyAnnotatorsDrewIt() {
        byte[] strengths = column(30, 200);
        List<byte[]> truths = List.of(column(30, 1), column(31, 1), column(60, 1));
        BoundaryCounts counts = BoundaryBenchmark.count(strengths, truths, HEIGHT, WIDTH, OPTIONS);

        assertThat(counts.precision(50)).isEqualTo(1);
        assertThat(counts.truth()[50]).isEqualTo(3 * HEIGHT);
        assertThat(counts.matchedTruth()[50]).isEqualTo(2 * (HEIGHT - 8));
    }

    @Test
    void countsTheSameAtAThresholdWhateverTheOthersAre() {
        Random random = new Random(3);
        byte[] strengths = new byte[HEIGHT * WIDTH];
        byte[] first = new byte[HEIGHT * WIDTH];
        byte[] second = new byte[HEIGHT * WIDTH];
        for (int i = 0; i < strengths.length; i++) {
            strengths[i] = (byte) random.nextInt(256);
            first[i] = (byte) (random.nextInt(12) == 0 ? 1 : 0);
            second[i] = (byte) (random.nextInt(9) == 0 ? 1 : 0);
        }
        List<byte[]> truths = List.of(first, second);
        BoundaryCounts all = BoundaryBenchmark.count(strengths, truths, HEIGHT, WIDTH, OPTIONS);
        assertThat(all.matchedDetected()[30]).isBetween(50L, all.detected()[30] - 1);
        for (int i : new int[] {0, 10, 30, 50, 80}) {
            double[] one = {OPTIONS.thresholds()[i]};
            BoundaryCounts alone = BoundaryBenchmark.count(
                    strengths, truths, HEIGHT, WIDTH, new BoundaryOptions(OPTIONS.maxDistance(), one, true));
            assertThat(alone.detected()[0]).isEqualTo(all.detected()[i]);
            assertThat(alone.matchedDetected()[0]).isEqualTo(all.matchedDetected()[i]);
            assertThat(alone.matchedTruth()[0]).isEqualTo(all.matchedTruth()[i]);
        }
    }

    @Test
    void scoresByTheRulesOfTheBenchmark() {
        BoundaryOptions options = new BoundaryOptions(0.01, new double[] {0.2, 0.5, 0.9}, true);
        BoundaryCounts a = counts(new long[] {8, 6, 0}, 10, new long[] {8, 6, 0}, new long[] {16, 8, 0});
        BoundaryCounts b = counts(new long[] {9, 2, 0}, 10, new long[] {9, 2, 0}, new long[] {10, 2, 0});

        BoundaryScores scores = BoundaryScores.of(options, List.of(a, b));

        // Threshold 0.2: P = 17/26, R = 17/20. Threshold 0.5: P = 8/10, R = 8/20. Threshold 0.9: P = 1, R = 0.
        assertThat(scores.odsThreshold()).isEqualTo(0.2);
        assertThat(scores.odsPrecision()).isEqualTo(17.0 / 26);
        assertThat(scores.odsRecall()).isEqualTo(0.85);
        assertThat(scores.odsF()).isCloseTo(2 * 17.0 / 46, within(1e-12));
        // Best of a is 0.5 (F 12/18 against 16/26), of b 0.2: P = 15/18, R = 15/20.
        assertThat(scores.oisF()).isCloseTo(30.0 / 38, within(1e-12));
        double area = 0;
        for (int i = 0; i <= 85; i++) {
            double recall = i / 100.0;
            area += recall <= 0.4 ? 1 - 0.2 * recall / 0.4 : 0.8 + (17.0 / 26 - 0.8) * (recall - 0.4) / 0.45;
        }
        assertThat(scores.ap()).isCloseTo(area / 100, within(1e-9));
    }

    @Test
    void anEmptyTruthIsAllFoundAndNothingRight() {
        BoundaryCounts counts = BoundaryBenchmark.count(column(30, 200), List.of(column(0, 0)), HEIGHT, WIDTH, OPTIONS);
        assertThat(counts.precision(50)).isZero();
        assertThat(counts.recall(50)).isEqualTo(1);
        assertThat(counts.f(50)).isZero();
    }

    @Test
    void takesTheBoundariesOfSegments() {
        char[] labels = {1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2};
        assertThat(SegmentBoundaries.of(labels, 3, 4)).containsExactly(0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0);
    }

    @Test
    void refusesMapsThatDontFit() {
        assertThatThrownBy(() -> BoundaryBenchmark.count(new byte[5], List.of(new byte[6]), 2, 3, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BoundaryBenchmark.count(new byte[6], List.of(new byte[5]), 2, 3, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BoundaryBenchmark.count(new byte[6], List.of(), 2, 3, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BoundaryOptions(0.01, new double[] {0.5, 0.5}, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] column(int x, int value) {
        byte[] map = new byte[HEIGHT * WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            map[y * WIDTH + x] = (byte) value;
        }
        return map;
    }

    private static BoundaryCounts counts(long[] matchedTruth, long truth, long[] matchedDetected, long[] detected) {
        return new BoundaryCounts(matchedTruth, new long[] {truth, truth, truth}, matchedDetected, detected);
    }
}
