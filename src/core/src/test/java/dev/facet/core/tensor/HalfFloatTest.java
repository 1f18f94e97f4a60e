package dev.facet.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {
    @Test
    void everyHalfSurvivesWidening() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfFloat.toFloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(HalfFloat.fromFloat(value)).isEqualTo((short) bits);
            } else {
                assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(value))).isNaN();
            }
        }
    }

    /** One bit of sign, 8 of exponent with a bias of 127, 7 of mantissa. */
    @Test
    void everyBrainFloatIsWidenedByItsDefinition() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 7 & 0xFF;
            float fraction = (bits & 0x7F) / 128f;
            float magnitude = Math.scalb(exponent == 0 ? fraction : 1 + fraction, Math.max(exponent, 1) - 127);
            if (exponent == 0xFF) {
                magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            }
            Float expected = bits >> 15 == 0 ? magnitude : -magnitude;
            // Boxed: NaN is NaN, and -0 isn't 0.
            assertThat(HalfFloat.brainToFloat((short) bits)).isEqualTo(expected);
        }
    }

    /** Between two neighbours the nearer one is taken, in the middle the even one. */
    @Test
    void roundsToTheNearestEvenHalf() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            float low = HalfFloat.toFloat((short) bits);
            float high = HalfFloat.toFloat((short) (bits + 1));
            float middle = (low + high) / 2;
            assertThat(HalfFloat.fromFloat(middle)).isEqualTo((short) (bits % 2 == 0 ? bits : bits + 1));
            assertThat(HalfFloat.fromFloat(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(HalfFloat.fromFloat(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            assertThat(HalfFloat.fromFloat(-middle) & 0xFFFF).isEqualTo(HalfFloat.fromFloat(middle) & 0xFFFF | 0x8000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "65504, 0x7bff",
        "65519.996, 0x7bff",
        "65520, 0x7c00",
        "1e30, 0x7c00",
        "Infinity, 0x7c00",
        "-0.0, 0x8000",
        "1e-30, 0"
    })
    void endsOfTheRange(float value, String half) {
        assertThat(HalfFloat.fromFloat(value)).isEqualTo((short) (int) Integer.decode(half));
    }
}
