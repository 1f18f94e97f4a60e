package dev.facet.core.encoding;

/** Colours for values from 0 to 1, by fitted polynomials and anchor colours. */
enum ColorMap {
    /** Google's Turbo (A. Mikhailov, 2019): its published polynomial approximation. */
    TURBO {
        @Override
        int rgb(double t) {
            double red = poly(t, 0.13572138, 4.61539260, -42.66032258, 132.13108234, -152.94239396, 59.28637943);
            double green = poly(t, 0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604);
            double blue = poly(t, 0.10667330, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973);
            return pack(red, green, blue);
        }
    },
    /** Magma (S. van der Walt and N. Smith, CC0), linear between nine of its colours. */
    MAGMA {
        private static final int[] ANCHORS = {
            0x000004, 0x1C1044, 0x4F127B, 0x812581, 0xB5367A, 0xE55064, 0xFB8761, 0xFEC287, 0xFCFDBF
        };

        @Override
        int rgb(double t) {
            double position = Math.min(Math.max(t, 0), 1) * (ANCHORS.length - 1);
            int low = Math.min((int) position, ANCHORS.length - 2);
            return mix(ANCHORS[low], ANCHORS[low + 1], position - low);
        }
    };

    abstract int rgb(double t);

    private static double poly(double t, double... coefficients) {
        double x = Math.min(Math.max(t, 0), 1);
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }

    private static int pack(double red, double green, double blue) {
        return channel(red) << 16 | channel(green) << 8 | channel(blue);
    }

    private static int channel(double value) {
        return (int) Math.round(Math.min(Math.max(value, 0), 1) * 255);
    }

    /** {@code a} and {@code b}, {@code weight} of the latter. */
    static int mix(int a, int b, double weight) {
        int result = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double from = a >> shift & 0xFF;
            result |= (int) Math.round(from + ((b >> shift & 0xFF) - from) * weight) << shift;
        }
        return result;
    }
}
