package dev.facet.core.image;

/** A VP8 key frame's header (RFC 6386, section 9): what holds for all macroblocks. */
final class Vp8Header {
    static final int SEGMENTS = 4;
    /** Frame tag, start code, sizes. */
    static final int FIXED_BYTES = 10;

    private static final int START_CODE = 0x9D012A;

    final int height;
    final int width;
    /** The first partition, behind its header: modes of the macroblocks. */
    final Vp8Bits modes;
    /** Coefficients, a row of macroblocks after the other. */
    final Vp8Bits[] tokens;

    final boolean segmentMap;
    final int[] segmentProbabilities = {255, 255, 255};
    final byte[] coefficients = Vp8Tables.COEFFICIENTS.clone();
    /** Of a macroblock without coefficients; 0 where none says so. */
    final int skipProbability;

    final boolean simpleFilter;
    final int sharpness;
    /** By segment; second: blocks predicted by themselves. */
    final int[][] filterLevels = new int[SEGMENTS][2];
    /** By segment: steps of Y (DC, AC), Y2, and chroma. */
    final int[][] steps = new int[SEGMENTS][6];

    private boolean segmented;
    private boolean absolute;
    private final int[] segmentSteps = new int[SEGMENTS];
    private final int[] segmentLevels = new int[SEGMENTS];

    private Vp8Header(byte[] bytes, int begin, int end) {
        int tag = bytes[begin] & 0xFF | (bytes[begin + 1] & 0xFF) << 8 | (bytes[begin + 2] & 0xFF) << 16;
        int code = (bytes[begin + 3] & 0xFF) << 16 | (bytes[begin + 4] & 0xFF) << 8 | bytes[begin + 5] & 0xFF;
        int firstBytes = tag >> 5;
        if ((tag & 1) != 0 || (tag >> 1 & 7) > 3 || code != START_CODE) {
            throw corrupt("no key frame");
        }
        if (firstBytes > end - begin - FIXED_BYTES) {
            throw corrupt("partition of %d bytes reaches beyond its chunk".formatted(firstBytes));
        }
        width = bytes[begin + 6] & 0xFF | (bytes[begin + 7] & 0x3F) << 8;
        height = bytes[begin + 8] & 0xFF | (bytes[begin + 9] & 0x3F) << 8;
        int first = begin + FIXED_BYTES;
        modes = new Vp8Bits(bytes, first, first + firstBytes);
        // Colour space, and whether samples need clamping: they are always clamped.
        modes.number(2);
        segmented = modes.flag();
        segmentMap = segmented && modes.flag();
        if (segmented) {
            segments();
        }
        simpleFilter = modes.flag();
        int level = modes.number(6);
        sharpness = modes.number(3);
        filters(level);
        tokens = partitions(bytes, first + firstBytes, end, 1 << modes.number(2));
        quantizers();
        // Whether probabilities outlive this frame, which is the only one.
        modes.flag();
        for (int i = 0; i < coefficients.length; i++) {
            if (modes.bit(Vp8Tables.COEFFICIENT_UPDATES[i] & 0xFF) == 1) {
                coefficients[i] = (byte) modes.number(8);
            }
        }
        skipProbability = modes.flag() ? modes.number(8) : -1;
    }

    /**
     * Reads the header of a frame, which has {@link #FIXED_BYTES} at least.
     *
     * @throws ImageException if it is damaged
     */
    static Vp8Header read(byte[] bytes, int begin, int end) {
        return new Vp8Header(bytes, begin, end);
    }

    private void segments() {
        if (modes.flag()) {
            absolute = modes.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                segmentSteps[i] = modes.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                segmentLevels[i] = modes.optional(6);
            }
        }
        if (segmentMap) {
            for (int i = 0; i < 3; i++) {
                segmentProbabilities[i] = modes.flag() ? modes.number(8) : 255;
            }
        }
    }

    private void filters(int level) {
        int[] deltas = new int[8];
        boolean adjusted = modes.flag();
        if (adjusted && modes.flag()) {
            for (int i = 0; i < deltas.length; i++) {
                deltas[i] = modes.optional(6);
            }
        }
        for (int segment = 0; level > 0 && segment < SEGMENTS; segment++) {
            int own = segmented ? segmentLevels[segment] + (absolute ? 0 : level) : level;
            for (int i = 0; i < 2; i++) {
                // Of the references the first is none; of the modes the first is that of single blocks.
                int adjustment = adjusted ? deltas[0] + i * deltas[4] : 0;
                filterLevels[segment][i] = Math.max(0, Math.min(63, own + adjustment));
            }
        }
    }

    private static Vp8Bits[] partitions(byte[] bytes, int begin, int end, int count) {
        int at = begin + 3 * (count - 1);
        if (at > end) {
            throw corrupt("no room for %d partitions".formatted(count));
        }
        Vp8Bits[] partitions = new Vp8Bits[count];
        for (int i = 0; i < count; i++) {
            int size = end - at;
            if (i < count - 1) {
                int sizeAt = begin + 3 * i;
                int announced =
                        bytes[sizeAt] & 0xFF | (bytes[sizeAt + 1] & 0xFF) << 8 | (bytes[sizeAt + 2] & 0xFF) << 16;
                size = Math.min(size, announced);
            }
            partitions[i] = new Vp8Bits(bytes, at, at + size);
            at += size;
        }
        return partitions;
    }

    private void quantizers() {
        int base = modes.number(7);
        int[] deltas = new int[5];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = modes.optional(4);
        }
        for (int segment = 0; segment < SEGMENTS; segment++) {
            int index = segmented ? segmentSteps[segment] + (absolute ? 0 : base) : base;
            steps[segment] = new int[] {
                step(Vp8Tables.DC_STEPS, index + deltas[0]),
                step(Vp8Tables.AC_STEPS, index),
                2 * step(Vp8Tables.DC_STEPS, index + deltas[1]),
                Math.max(8, step(Vp8Tables.AC_STEPS, index + deltas[2]) * 155 / 100),
                Math.min(132, step(Vp8Tables.DC_STEPS, index + deltas[3])),
                step(Vp8Tables.AC_STEPS, index + deltas[4])
            };
        }
    }

    private static int step(int[] steps, int index) {
        return steps[Math.max(0, Math.min(127, index))];
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
