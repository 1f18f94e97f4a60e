package dev.facet.core.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActivationHistogramTest {
    /** 100,000 values from 0 to 10, and one of 100. */
    private static ActivationHistogram withAnOutlier() {
        float[] values = new float[100_001];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (10 * random.nextDouble());
        }
        values[500] = 100;
        ActivationHistogram histogram = new ActivationHistogram(0, 100);
        histogram.add(FloatBuffer.wrap(values));
        return histogram;
    }

    private static double largest(ActivationScale scale) {
        return scale.scale() * (double) (ActivationScale.LEVELS - scale.zeroPoint());
    }

    @Test
    void minMaxKeepsEveryValue() {
        assertThat(largest(withAnOutlier().scale(CalibrationMethod.MIN_MAX))).isBetween(99.99, 100.01);
    }

    @Test
    void percentileAndLeastErrorLeaveAnOutlierOut() {
        assertThat(largest(withAnOutlier().scale(CalibrationMethod.PERCENTILE))).isBetween(9.9, 10.1);
        // Clipping one value of 100 costs as much as the others' coarser steps would.
        assertThat(largest(withAnOutlier().scale(CalibrationMethod.LEAST_ERROR)))
                .isBetween(9.9, 99.0);
    }

    @Test
    void aSignedRangeHasItsZeroAtAWholeStep() {
        ActivationHistogram histogram = new ActivationHistogram(-1, 4);
        histogram.add(FloatBuffer.wrap(new float[] {-1, 0, 4}));
        ActivationScale scale = histogram.scale(CalibrationMethod.MIN_MAX);
        assertThat(scale.zeroPoint()).isEqualTo(51);
        assertThat(scale.scale()).isEqualTo((float) (5 / 255.0));
    }

    @Test
    void aRangeIsWidenedToHoldZero() {
        assertThat(ActivationScale.ofRange(2, 4).zeroPoint()).isZero();
        assertThat(ActivationScale.ofRange(-4, -2).zeroPoint()).isEqualTo(255);
    }

    @Test
    void anActivationThatIsZeroEverywhereHasAScale() {
        ActivationHistogram histogram = new ActivationHistogram(0, 0);
        histogram.add(FloatBuffer.wrap(new float[3]));
        for (CalibrationMethod method : CalibrationMethod.values()) {
            assertThat(histogram.scale(method).zeroPoint()).isZero();
        }
    }

    @Test
    void theOrderAndThePartsOfValuesDoNotMatter() {
        ActivationHistogram one = new ActivationHistogram(0, 9);
        one.add(FloatBuffer.wrap(new float[] {1, 2, 3, 9, 8}));
        ActivationHistogram other = new ActivationHistogram(0, 9);
        other.add(FloatBuffer.wrap(new float[] {9, 8, 3}));
        other.add(FloatBuffer.wrap(new float[] {2, 1}));
        for (CalibrationMethod method : CalibrationMethod.values()) {
            assertThat(one.scale(method)).isEqualTo(other.scale(method));
        }
    }

    @Test
    void refusesARangeThatIsNone() {
        assertThatThrownBy(() -> new ActivationHistogram(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ActivationHistogram(0, Float.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ActivationHistogram(0, Float.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
