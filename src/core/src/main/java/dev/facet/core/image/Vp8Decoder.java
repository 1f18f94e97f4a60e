package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.util.Arrays;

/**
 * Decodes the key frame of a lossy WebP (VP8, RFC 6386) to its planes, sample for sample as libwebp does. Its input are checked
 * sizes; what is damaged ends in an {@link ImageException}.
 */
final class Vp8Decoder {
    private static final int LUMA_WITH_Y2 = 0;
    private static final int Y2 = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;
    /** Of the table of coefficients: a type's, a band's, a context's. */
    private static final int TYPE = 8 * 3 * 11;

    private static final int BAND = 3 * 11;
    private static final int CONTEXT = 11;
    /** Where the coefficients of U and V begin. */
    private static final int U_BLOCKS = 16 * 16;

    private final Vp8Header header;
    private final Vp8Frame frame;
    private final Vp8LoopFilter filter;

    /** Modes of the blocks above, and at the left. */
    private final byte[] modesAbove;

    private final byte[] modesLeft = new byte[4];
    /** Whether the blocks above, and at the left, have coefficients: four of luma, two of U, two of V, Y2. */
    private final byte[][] above;

    private final byte[] left = new byte[9];

    private final byte[] blockModes = new byte[16];
    private final short[] coefficients = new short[25 * 16];
    private final short[] second = new short[16];
    private final boolean[] filled = new boolean[24];
    private final int[] edge = new int[13];
    private final int[] columns = new int[16];

    private Vp8Decoder(Vp8Header header) {
        this.header = header;
        this.frame = new Vp8Frame((header.height + 15) / 16, (header.width + 15) / 16);
        this.filter = new Vp8LoopFilter(header, frame);
        this.modesAbove = new byte[4 * frame.columns];
        this.above = new byte[frame.columns][9];
    }

    /**
     * Decodes a frame.
     *
     * @param begin of the chunk's content, which has {@link Vp8Header#FIXED_BYTES} at least
     */
    static Vp8Frame decode(byte[] bytes, int begin, int end, Cancellation cancellation) {
        Vp8Decoder decoder = new Vp8Decoder(Vp8Header.read(bytes, begin, end));
        decoder.decode(cancellation);
        return decoder.frame;
    }

    private void decode(Cancellation cancellation) {
        for (int row = 0; row < frame.rows; row++) {
            cancellation.check();
            Arrays.fill(modesLeft, (byte) 0);
            Arrays.fill(left, (byte) 0);
            Vp8Bits tokens = header.tokens[row & header.tokens.length - 1];
            for (int column = 0; column < frame.columns; column++) {
                macroblock(row, column, tokens);
            }
        }
        filter.apply(cancellation);
    }

    private void macroblock(int row, int column, Vp8Bits tokens) {
        Vp8Bits modes = header.modes;
        int segment = header.segmentMap ? segment(modes) : 0;
        boolean skipped = header.skipProbability >= 0 && modes.bit(header.skipProbability) == 1;
        int mode = mode(column);
        int chroma = modes.bit(142) == 0
                ? Vp8Prediction.DC
                : modes.bit(114) == 0
                        ? Vp8Prediction.VERTICAL
                        : modes.bit(183) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
        boolean blocks = mode == Vp8Prediction.BLOCKS;
        boolean empty = true;
        if (skipped) {
            byte kept = above[column][8];
            byte keptLeft = left[8];
            Arrays.fill(above[column], (byte) 0);
            Arrays.fill(left, (byte) 0);
            if (blocks) {
                above[column][8] = kept;
                left[8] = keptLeft;
            }
        } else {
            empty = residuals(tokens, column, blocks, header.steps[segment]);
        }
        reconstruct(row, column, mode, chroma, !skipped);
        filter.note(row, column, header.filterLevels[segment][blocks ? 1 : 0], blocks || !empty);
    }

    private int segment(Vp8Bits modes) {
        return modes.bit(header.segmentProbabilities[0]) == 0
                ? modes.bit(header.segmentProbabilities[1])
                : 2 + modes.bit(header.segmentProbabilities[2]);
    }

    /** The macroblock's mode; where each block has its own, these too (RFC 6386, section 11). */
    private int mode(int column) {
        Vp8Bits modes = header.modes;
        if (modes.bit(145) == 1) {
            int mode = modes.bit(156) == 0
                    ? modes.bit(163) == 0 ? Vp8Prediction.DC : Vp8Prediction.VERTICAL
                    : modes.bit(128) == 0 ? Vp8Prediction.HORIZONTAL : Vp8Prediction.TRUE_MOTION;
            // To blocks beside it, it counts as the block's mode of that name.
            byte counted = (byte) new int[] {0, 2, 3, 1}[mode];
            Arrays.fill(modesAbove, 4 * column, 4 * column + 4, counted);
            Arrays.fill(modesLeft, counted);
            return mode;
        }
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int at = (modesAbove[4 * column + x] * 10 + modesLeft[y]) * 9;
                byte mode = (byte) blockMode(modes, at);
                blockModes[4 * y + x] = mode;
                modesAbove[4 * column + x] = mode;
                modesLeft[y] = mode;
            }
        }
        return Vp8Prediction.BLOCKS;
    }

    private static int blockMode(Vp8Bits modes, int at) {
        byte[] p = Vp8Tables.BLOCK_MODES;
        if (modes.bit(p[at] & 0xFF) == 0) {
            return 0;
        }
        if (modes.bit(p[at + 1] & 0xFF) == 0) {
            return 1;
        }
        if (modes.bit(p[at + 2] & 0xFF) == 0) {
            return 2;
        }
        if (modes.bit(p[at + 3] & 0xFF) == 0) {
            if (modes.bit(p[at + 4] & 0xFF) == 0) {
                return 3;
            }
            return 5 + modes.bit(p[at + 5] & 0xFF);
        }
        if (modes.bit(p[at + 6] & 0xFF) == 0) {
            return 4;
        }
        if (modes.bit(p[at + 7] & 0xFF) == 0) {
            return 7;
        }
        return 8 + modes.bit(p[at + 8] & 0xFF);
    }

    /** Reads a macroblock's coefficients (RFC 6386, section 13); whether all are 0. */
    private boolean residuals(Vp8Bits tokens, int column, boolean blocks, int[] steps) {
        byte[] up = above[column];
        Arrays.fill(coefficients, (short) 0);
        int type = LUMA;
        if (!blocks) {
            type = LUMA_WITH_Y2;
            Arrays.fill(second, (short) 0);
            int end = block(tokens, Y2, up[8] + left[8], steps[2], steps[3], 0, second, 0);
            up[8] = (byte) (end > 0 ? 1 : 0);
            left[8] = up[8];
            Vp8Transform.walshHadamard(second, coefficients);
        }
        int first = blocks ? 0 : 1;
        boolean empty = true;
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                int from = 16 * (4 * y + x);
                int end = block(tokens, type, up[x] + left[y], steps[0], steps[1], first, coefficients, from);
                up[x] = (byte) (end > first ? 1 : 0);
                left[y] = up[x];
                filled[4 * y + x] = end > 1 || coefficients[from] != 0;
                empty &= !filled[4 * y + x];
            }
        }
        for (int plane = 0; plane < 2; plane++) {
            for (int i = 0; i < 4; i++) {
                int x = 4 + 2 * plane + (i & 1);
                int y = 4 + 2 * plane + (i >> 1);
                int from = U_BLOCKS + 16 * (4 * plane + i);
                int end = block(tokens, CHROMA, up[x] + left[y], steps[4], steps[5], 0, coefficients, from);
                up[x] = (byte) (end > 0 ? 1 : 0);
                left[y] = up[x];
                filled[16 + 4 * plane + i] = end > 1 || coefficients[from] != 0;
                empty &= !filled[16 + 4 * plane + i];
            }
        }
        return empty;
    }

    /** Reads a block's coefficients from {@code first} on; the place behind the last, 16 where zeros run to the end. */
    private int block(Vp8Bits tokens, int type, int context, int dc, int ac, int first, short[] target, int to) {
        byte[] probabilities = header.coefficients;
        int base = type * TYPE;
        int p = base + Vp8Tables.BANDS[first] * BAND + context * CONTEXT;
        for (int i = first; i < 16; i++) {
            if (tokens.bit(probabilities[p] & 0xFF) == 0) {
                return i;
            }
            while (tokens.bit(probabilities[p + 1] & 0xFF) == 0) {
                i++;
                p = base + Vp8Tables.BANDS[i] * BAND;
                if (i == 16) {
                    return 16;
                }
            }
            int next = base + Vp8Tables.BANDS[i + 1] * BAND;
            int value = 1;
            if (tokens.bit(probabilities[p + 2] & 0xFF) == 0) {
                p = next + CONTEXT;
            } else {
                value = large(tokens, probabilities, p);
                p = next + 2 * CONTEXT;
            }
            int signed = tokens.bit(128) == 1 ? -value : value;
            target[to + Vp8Tables.ZIGZAG[i]] = (short) (signed * (i > 0 ? ac : dc));
        }
        return 16;
    }

    private static int large(Vp8Bits tokens, byte[] probabilities, int p) {
        if (tokens.bit(probabilities[p + 3] & 0xFF) == 0) {
            return tokens.bit(probabilities[p + 4] & 0xFF) == 0 ? 2 : 3 + tokens.bit(probabilities[p + 5] & 0xFF);
        }
        if (tokens.bit(probabilities[p + 6] & 0xFF) == 0) {
            if (tokens.bit(probabilities[p + 7] & 0xFF) == 0) {
                return 5 + tokens.bit(159);
            }
            int high = tokens.bit(165);
            return 7 + 2 * high + tokens.bit(145);
        }
        int half = tokens.bit(probabilities[p + 8] & 0xFF);
        int category = 2 * half + tokens.bit(probabilities[p + 9 + half] & 0xFF);
        int extra = 0;
        for (int probability : Vp8Tables.EXTRA_BITS[category]) {
            extra = extra << 1 | tokens.bit(probability);
        }
        return extra + 3 + (8 << category);
    }

    private void reconstruct(int row, int column, int mode, int chroma, boolean summed) {
        int stride = frame.stride(16);
        int at = frame.at(16, 16 * row, 16 * column);
        if (mode == Vp8Prediction.BLOCKS) {
            blocks(row, column, at, stride, summed);
        } else {
            Vp8Prediction.square(frame.luma, at, stride, 16, mode, row > 0, column > 0);
            for (int i = 0; summed && i < 16; i++) {
                add(i, frame.luma, at + (i >> 2) * 4 * stride + (i & 3) * 4, stride);
            }
        }
        int half = frame.stride(8);
        int halfAt = frame.at(8, 8 * row, 8 * column);
        for (int plane = 0; plane < 2; plane++) {
            byte[] samples = plane == 0 ? frame.u : frame.v;
            Vp8Prediction.square(samples, halfAt, half, 8, chroma, row > 0, column > 0);
            for (int i = 0; summed && i < 4; i++) {
                add(16 + 4 * plane + i, samples, halfAt + (i >> 1) * 4 * half + (i & 1) * 4, half);
            }
        }
    }

    private void blocks(int row, int column, int at, int stride, boolean summed) {
        // All four blocks at the right see what lies above the macroblock's neighbour.
        int right = at - stride + 16;
        if (row > 0 && column == frame.columns - 1) {
            Arrays.fill(frame.luma, right, right + 4, frame.luma[right - 1]);
        }
        for (int i = 0; i < 16; i++) {
            int place = at + (i >> 2) * 4 * stride + (i & 3) * 4;
            int aboveRight = (i & 3) == 3 ? right : place - stride + 4;
            Vp8Prediction.block(frame.luma, place, stride, blockModes[i], aboveRight, edge);
            if (summed) {
                add(i, frame.luma, place, stride);
            }
        }
    }

    private void add(int block, byte[] plane, int at, int stride) {
        if (filled[block]) {
            Vp8Transform.add(coefficients, 16 * block, plane, at, stride, columns);
        }
    }
}
