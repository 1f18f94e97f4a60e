package dev.facet.core.image;

import java.util.Arrays;

/**
 * VP8's predictions from the samples above and at the left (RFC 6386, section 12). Planes have a row above and columns at both sides
 * that hold what the frame's neighbours count as: 127 above, 129 at the left.
 */
final class Vp8Prediction {
    static final int DC = 0;
    static final int VERTICAL = 1;
    static final int HORIZONTAL = 2;
    static final int TRUE_MOTION = 3;
    /** Each block of 4×4 by its own mode. */
    static final int BLOCKS = 4;

    private Vp8Prediction() {}

    /**
     * Predicts a square of luma or chroma.
     *
     * @param above whether there is something above it
     * @param left whether there is something at its left
     */
    static void square(byte[] plane, int at, int stride, int size, int mode, boolean above, boolean left) {
        switch (mode) {
            case DC -> {
                int sum = 0;
                for (int i = 0; i < size; i++) {
                    sum += (above ? plane[at - stride + i] & 0xFF : 0) + (left ? plane[at + i * stride - 1] & 0xFF : 0);
                }
                int count = (above ? size : 0) + (left ? size : 0);
                int mean = count == 0 ? 128 : (sum + count / 2) / count;
                for (int y = 0; y < size; y++) {
                    Arrays.fill(plane, at + y * stride, at + y * stride + size, (byte) mean);
                }
            }
            case VERTICAL -> {
                for (int y = 0; y < size; y++) {
                    System.arraycopy(plane, at - stride, plane, at + y * stride, size);
                }
            }
            case HORIZONTAL -> {
                for (int y = 0; y < size; y++) {
                    int row = at + y * stride;
                    Arrays.fill(plane, row, row + size, plane[row - 1]);
                }
            }
            default -> trueMotion(plane, at, stride, size);
        }
    }

    private static void trueMotion(byte[] plane, int at, int stride, int size) {
        int corner = plane[at - stride - 1] & 0xFF;
        for (int y = 0; y < size; y++) {
            int row = at + y * stride;
            int base = (plane[row - 1] & 0xFF) - corner;
            for (int x = 0; x < size; x++) {
                plane[row + x] = (byte) Math.max(0, Math.min(255, base + (plane[at - stride + x] & 0xFF)));
            }
        }
    }

    /**
     * Predicts a block of 4×4.
     *
     * @param edge room for 13 samples: the edge from the lowest at the left over the corner to the eighth above
     * @param right where the four samples above at the right lie
     */
    static void block(byte[] plane, int at, int stride, int mode, int right, int[] edge) {
        for (int i = 0; i < 4; i++) {
            edge[i] = plane[at + (3 - i) * stride - 1] & 0xFF;
            edge[5 + i] = plane[at - stride + i] & 0xFF;
            edge[9 + i] = plane[right + i] & 0xFF;
        }
        edge[4] = plane[at - stride - 1] & 0xFF;
        switch (mode) {
            case 0 -> {
                int sum = 4;
                for (int i = 0; i < 4; i++) {
                    sum += edge[i] + edge[5 + i];
                }
                for (int y = 0; y < 4; y++) {
                    Arrays.fill(plane, at + y * stride, at + y * stride + 4, (byte) (sum >> 3));
                }
            }
            case 1 -> trueMotion(plane, at, stride, 4);
            case 2 -> {
                for (int i = 0; i < 16; i++) {
                    plane[at + (i >> 2) * stride + (i & 3)] = mean3(edge, 5 + (i & 3));
                }
            }
            case 3 -> {
                for (int y = 0; y < 4; y++) {
                    // The lowest sample counts twice: there is none below.
                    byte sample = y < 3 ? mean3(edge, 3 - y) : (byte) (edge[1] + 3 * edge[0] + 2 >> 2);
                    Arrays.fill(plane, at + y * stride, at + y * stride + 4, sample);
                }
            }
            default -> diagonal(plane, at, stride, mode, edge);
        }
    }

    private static void diagonal(byte[] plane, int at, int stride, int mode, int[] edge) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                plane[at + y * stride + x] = switch (mode) {
                    case 4 -> leftDown(edge, x + y);
                    case 5 -> mean3(edge, 4 - y + x);
                    case 6 -> verticalRight(edge, y, x);
                    case 7 -> verticalLeft(edge, y, x);
                    case 8 -> horizontalDown(edge, y, x);
                    default -> horizontalUp(edge, 2 * y + x);
                };
            }
        }
    }

    private static byte leftDown(int[] edge, int step) {
        return step == 6 ? (byte) (edge[11] + 3 * edge[12] + 2 >> 2) : mean3(edge, 6 + step);
    }

    private static byte verticalRight(int[] edge, int y, int x) {
        int along = 2 * x - y;
        if (along < 0) {
            return mean3(edge, 5 + along);
        }
        return (along & 1) == 0 ? mean2(edge, 4 + along / 2) : mean3(edge, 4 + (along + 1) / 2);
    }

    private static byte verticalLeft(int[] edge, int y, int x) {
        if (x == 3 && y >= 2) {
            return mean3(edge, y == 2 ? 10 : 11);
        }
        int place = 5 + x + (y >> 1);
        return (y & 1) == 0 ? mean2(edge, place) : mean3(edge, place + 1);
    }

    private static byte horizontalDown(int[] edge, int y, int x) {
        int along = 2 * y - x;
        if (along < 0) {
            return mean3(edge, 3 - along);
        }
        return (along & 1) == 0 ? mean2(edge, 3 - along / 2) : mean3(edge, 4 - (along + 1) / 2);
    }

    private static byte horizontalUp(int[] edge, int step) {
        if (step > 5) {
            return (byte) edge[0];
        }
        if (step == 5) {
            return (byte) (edge[1] + 3 * edge[0] + 2 >> 2);
        }
        int place = 3 - (step >> 1);
        return (step & 1) == 0 ? mean2(edge, place - 1) : mean3(edge, place - 1);
    }

    private static byte mean2(int[] edge, int first) {
        return (byte) (edge[first] + edge[first + 1] + 1 >> 1);
    }

    private static byte mean3(int[] edge, int middle) {
        return (byte) (edge[middle - 1] + 2 * edge[middle] + edge[middle + 1] + 2 >> 2);
    }
}
