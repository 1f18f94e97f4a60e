package dev.facet.evaluation.boundary;

/**
 * Thinning with two sub-iterations (Guo and Hall, Parallel Thinning with Two-Subiteration Algorithms, CACM 32(3), 1989, first
 * algorithm), the one of MATLAB's {@code bwmorph(…, 'thin', Inf)} and scikit-image's {@code thin}. Outside is unset.
 *
 * <p>Neighbours x1 … x8 run counter-clockwise from East (x9 is x1). A set pixel goes in the first sub-iteration if
 *
 * <pre>
 * G1  Σ_{i=1..4} [x_{2i−1} = 0 and (x_{2i} = 1 or x_{2i+1} = 1)] = 1
 * G2  2 ≤ min(Σ_k x_{2k−1} ∨ x_{2k}, Σ_k x_{2k} ∨ x_{2k+1}) ≤ 3
 * G3  (x2 ∨ x3 ∨ ¬x8) ∧ x1 = 0
 * </pre>
 *
 * and in the second if G1, G2 and (x6 ∨ x7 ∨ ¬x4) ∧ x5 = 0. Within a sub-iteration all go at once; repeated until none goes.
 */
public final class Thinning {
    /** By the bits of the neighbours, x1 the lowest: 1 goes in the first sub-iteration, 2 in the second. */
    private static final byte[] GOES = table();

    private Thinning() {}

    /**
     * Thins a map.
     *
     * @param map {@code height·width} values, row-major, not 0 is set; isn't changed
     * @return a map of 0 and 1
     */
    public static byte[] thin(byte[] map, int height, int width) {
        if (height < 1 || width < 1 || map.length != Math.multiplyExact(height, width)) {
            throw new IllegalArgumentException(
                    "map does not fit: height=%d, width=%d, values=%d".formatted(height, width, map.length));
        }
        // One unset pixel around saves the checks for borders.
        int stride = width + 2;
        byte[] padded = new byte[(height + 2) * stride];
        int[] set = new int[map.length];
        int count = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (map[y * width + x] != 0) {
                    int at = (y + 1) * stride + x + 1;
                    padded[at] = 1;
                    set[count++] = at;
                }
            }
        }
        thin(padded, stride, set, count);
        byte[] result = new byte[map.length];
        for (int y = 0; y < height; y++) {
            System.arraycopy(padded, (y + 1) * stride + 1, result, y * width, width);
        }
        return result;
    }

    private static void thin(byte[] map, int stride, int[] set, int count) {
        int[] going = new int[count];
        int left = count;
        while (true) {
            int before = left;
            for (int pass = 1; pass <= 2; pass++) {
                int gone = 0;
                int kept = 0;
                for (int i = 0; i < left; i++) {
                    int at = set[i];
                    if ((GOES[neighbours(map, stride, at)] & pass) != 0) {
                        going[gone++] = at;
                    } else {
                        set[kept++] = at;
                    }
                }
                for (int i = 0; i < gone; i++) {
                    map[going[i]] = 0;
                }
                left = kept;
            }
            if (left == before) {
                return;
            }
        }
    }

    private static int neighbours(byte[] map, int stride, int at) {
        return map[at + 1]
                | map[at + 1 - stride] << 1
                | map[at - stride] << 2
                | map[at - 1 - stride] << 3
                | map[at - 1] << 4
                | map[at - 1 + stride] << 5
                | map[at + stride] << 6
                | map[at + 1 + stride] << 7;
    }

    private static byte[] table() {
        byte[] table = new byte[256];
        for (int bits = 0; bits < 256; bits++) {
            int[] x = new int[10];
            for (int k = 1; k <= 9; k++) {
                x[k] = bits >> (k - 1) % 8 & 1;
            }
            int crossings = 0;
            int pairs = 0;
            int shiftedPairs = 0;
            for (int i = 1; i <= 4; i++) {
                crossings += x[2 * i - 1] == 0 && (x[2 * i] | x[2 * i + 1]) == 1 ? 1 : 0;
                pairs += x[2 * i - 1] | x[2 * i];
                shiftedPairs += x[2 * i] | x[2 * i + 1];
            }
            int smaller = Math.min(pairs, shiftedPairs);
            if (crossings == 1 && smaller >= 2 && smaller <= 3) {
                boolean first = ((x[2] | x[3] | 1 - x[8]) & x[1]) == 0;
                boolean second = ((x[6] | x[7] | 1 - x[4]) & x[5]) == 0;
                table[bits] = (byte) ((first ? 1 : 0) | (second ? 2 : 0));
            }
        }
        return table;
    }
}
