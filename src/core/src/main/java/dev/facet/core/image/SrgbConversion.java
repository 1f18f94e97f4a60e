package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Brings samples to sRGB by their colour profile: a curve for each channel and a matrix (ICC.1:2022, F.3), or a curve for grey, as
 * those of cameras, phones, screens and working spaces are. What has tables instead (printers, scanners), isn't whole or makes no
 * sense is no conversion; nor is a profile of sRGB itself, as far as 8 bits can tell.
 */
final class SrgbConversion {
    /** From XYZ at D50 to linear sRGB (the primaries of IEC 61966-2-1, adapted by Bradford). */
    private static final double[][] FROM_XYZ = {
        {3.1338561, -1.6168667, -0.4906146}, {-0.9787684, 1.9161415, 0.0334540}, {0.0719453, -0.2289914, 1.4052427}
    };
    /** Fine enough that the steepest part of sRGB's curve has five entries a step. */
    private static final int ENTRIES = 1 << 14;

    private static final byte[] ENCODED = encoded();
    private static final int SAME = 2;
    private static final int PIXELS_BETWEEN_CHECKS = 1 << 16;

    private final float[] red;
    private final float[] green;
    private final float[] blue;
    /** Rows: linear red, green, blue of sRGB. */
    private final float[] matrix;

    private SrgbConversion(float[] red, float[] green, float[] blue, float[] matrix) {
        this.red = red;
        this.green = green;
        this.blue = blue;
        this.matrix = matrix;
    }

    /**
     * The conversion that a profile asks for.
     *
     * @param space of the samples, {@link IccTags#RGB} or {@link IccTags#GREY}
     */
    static Optional<SrgbConversion> of(byte[] profile, int space) {
        try {
            return IccTags.read(profile)
                    .filter(tags -> tags.describes(space) && tags.connectsByXyz())
                    .flatMap(tags -> space == IccTags.GREY ? ofGrey(tags) : ofColors(tags))
                    .filter(conversion -> !conversion.isSrgb());
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // A profile that makes no sense says nothing of the picture.
            return Optional.empty();
        }
    }

    private static Optional<SrgbConversion> ofGrey(IccTags tags) {
        return tags.tag("kTRC").map(tag -> {
            float[] curve = IccCurve.read(tag);
            return new SrgbConversion(curve, curve, curve, new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1});
        });
    }

    private static Optional<SrgbConversion> ofColors(IccTags tags) {
        double[][] columns = new double[3][];
        float[][] curves = new float[3][];
        for (int channel = 0; channel < 3; channel++) {
            Optional<ByteBuffer> column = tags.tag("rgb".charAt(channel) + "XYZ");
            Optional<ByteBuffer> curve = tags.tag("rgb".charAt(channel) + "TRC");
            if (column.isEmpty() || curve.isEmpty()) {
                return Optional.empty();
            }
            ByteBuffer xyz = column.get();
            columns[channel] =
                    new double[] {xyz.getInt(8) / 65536.0, xyz.getInt(12) / 65536.0, xyz.getInt(16) / 65536.0};
            curves[channel] = IccCurve.read(curve.get());
        }
        float[] matrix = new float[9];
        for (int row = 0; row < 3; row++) {
            for (int channel = 0; channel < 3; channel++) {
                double sum = 0;
                for (int k = 0; k < 3; k++) {
                    sum += FROM_XYZ[row][k] * columns[channel][k];
                }
                matrix[3 * row + channel] = (float) sum;
            }
        }
        return Optional.of(new SrgbConversion(curves[0], curves[1], curves[2], matrix));
    }

    /** Converts R G B, interleaved, in place. */
    void apply(byte[] rgb, Cancellation cancellation) {
        for (int begin = 0; begin < rgb.length; begin += 3 * PIXELS_BETWEEN_CHECKS) {
            cancellation.check();
            convert(rgb, begin, Math.min(rgb.length, begin + 3 * PIXELS_BETWEEN_CHECKS));
        }
    }

    private void convert(byte[] rgb, int begin, int end) {
        for (int i = begin; i < end; i += 3) {
            float r = red[rgb[i] & 0xFF];
            float g = green[rgb[i + 1] & 0xFF];
            float b = blue[rgb[i + 2] & 0xFF];
            rgb[i] = encode(matrix[0] * r + matrix[1] * g + matrix[2] * b);
            rgb[i + 1] = encode(matrix[3] * r + matrix[4] * g + matrix[5] * b);
            rgb[i + 2] = encode(matrix[6] * r + matrix[7] * g + matrix[8] * b);
        }
    }

    private static byte encode(float light) {
        return ENCODED[(int) (Math.max(0, Math.min(1, light)) * (ENTRIES - 1) + 0.5f)];
    }

    private boolean isSrgb() {
        byte[] color = new byte[3];
        for (int i = 0; i < 16 * 16 * 16; i++) {
            int[] levels = {17 * (i & 15), 17 * (i >> 4 & 15), 17 * (i >> 8)};
            for (int channel = 0; channel < 3; channel++) {
                color[channel] = (byte) levels[channel];
            }
            convert(color, 0, 3);
            for (int channel = 0; channel < 3; channel++) {
                if (Math.abs((color[channel] & 0xFF) - levels[channel]) > SAME) {
                    return false;
                }
            }
        }
        return true;
    }

    private static byte[] encoded() {
        byte[] samples = new byte[ENTRIES];
        for (int i = 0; i < ENTRIES; i++) {
            double light = (double) i / (ENTRIES - 1);
            double value = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
            samples[i] = (byte) Math.round(255 * value);
        }
        return samples;
    }
}
