package dev.facet.core.image;

import java.nio.ByteBuffer;

/** A channel's curve in a colour profile: {@code curv} or {@code para} (ICC.1:2022, 10.6 and 10.18). */
final class IccCurve {
    private static final int TABLE = 0x63757276;
    private static final int PARAMETRIC = 0x70617261;
    /** Parameters of each function, by its number. */
    private static final int[] PARAMETERS = {1, 3, 4, 5, 7};

    private IccCurve() {}

    /**
     * Light for each of the 256 samples, 0 … 1.
     *
     * @throws IndexOutOfBoundsException if the tag is shorter than it says
     * @throws IllegalArgumentException if it is no curve, or isn't finite
     */
    static float[] read(ByteBuffer tag) {
        float[] light = new float[256];
        for (int sample = 0; sample < 256; sample++) {
            double value = switch (tag.getInt(0)) {
                case TABLE -> table(tag, sample / 255.0);
                case PARAMETRIC -> function(tag, sample / 255.0);
                default -> throw new IllegalArgumentException("curve of unknown type");
            };
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("curve: value=%s at %d, expected a number".formatted(value, sample));
            }
            light[sample] = (float) Math.max(0, Math.min(1, value));
        }
        return light;
    }

    private static double table(ByteBuffer tag, double x) {
        int count = tag.getInt(8);
        if (count == 0) {
            return x;
        }
        if (count == 1) {
            return Math.pow(x, (tag.getShort(12) & 0xFFFF) / 256.0);
        }
        if (count < 0 || count > (tag.capacity() - 12) / 2) {
            throw new IndexOutOfBoundsException("curve of %d entries in %d bytes".formatted(count, tag.capacity()));
        }
        double place = x * (count - 1);
        int below = Math.min((int) place, count - 2);
        double low = tag.getShort(12 + 2 * below) & 0xFFFF;
        double high = tag.getShort(14 + 2 * below) & 0xFFFF;
        return (low + (high - low) * (place - below)) / 65535;
    }

    private static double function(ByteBuffer tag, double x) {
        int kind = tag.getShort(8) & 0xFFFF;
        if (kind >= PARAMETERS.length) {
            throw new IllegalArgumentException("curve: function=%d, expected 0..4".formatted(kind));
        }
        double[] p = new double[7];
        for (int i = 0; i < PARAMETERS[kind]; i++) {
            p[i] = tag.getInt(12 + 4 * i) / 65536.0;
        }
        double gamma = p[0];
        double a = p[1];
        double b = p[2];
        return switch (kind) {
            case 0 -> Math.pow(x, gamma);
            case 1 -> x >= -b / a ? Math.pow(a * x + b, gamma) : 0;
            case 2 -> x >= -b / a ? Math.pow(a * x + b, gamma) + p[3] : p[3];
            case 3 -> x >= p[4] ? Math.pow(a * x + b, gamma) : p[3] * x;
            default -> x >= p[4] ? Math.pow(a * x + b, gamma) + p[5] : p[3] * x + p[6];
        };
    }
}
