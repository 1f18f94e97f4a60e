package dev.facet.core.tensor;

/** IEEE 754 binary16, round to nearest even, and the widening of bfloat16. (The JDK's own arrived with 20.) */
public final class HalfFloat {
    /** The bits of a binary16 value's exponent: all set in NaN and infinity. */
    static final int EXPONENT = 0x7C00;

    /** Likewise of bfloat16. */
    static final int BRAIN_EXPONENT = 0x7F80;

    private HalfFloat() {}

    /** Widens a binary16 value. Exact. */
    public static float toFloat(short half) {
        int bits = half & 0xFFFF;
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1F;
        int mantissa = bits & 0x3FF;
        if (exponent == 0x1F) {
            return Float.intBitsToFloat(sign | 0x7F800000 | mantissa << 13);
        }
        if (exponent == 0) {
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 112) << 23 | mantissa << 13);
    }

    /** Rounds to binary16, nearest even; overflow gives infinity. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFFFFFF;
        if (magnitude > 0x7F800000) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= 0x477FF000) {
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x38800000) {
            // Subnormal halves are multiples of 2^-24; adding 0.5 in fp32 rounds to that grid, ties to even.
            float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(shifted) - 0x3F000000);
        }
        int rounded = magnitude + 0xFFF + (magnitude >>> 13 & 1);
        return (short) (sign | rounded - 0x38000000 >>> 13);
    }

    /** Widens a bfloat16 value. Exact. */
    public static float brainToFloat(short brain) {
        return Float.intBitsToFloat((brain & 0xFFFF) << 16);
    }
}
