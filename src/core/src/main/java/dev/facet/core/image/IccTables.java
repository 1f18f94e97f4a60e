package dev.facet.core.image;

import java.nio.ByteBuffer;

/** Holds the tables of a colour profile, which have a size for each of up to 15 channels, against the bytes of their tag. */
final class IccTables {
    private static final int LUT_8 = 0x6D667431;
    private static final int LUT_16 = 0x6D667432;
    private static final int LUT_TO_CONNECTION = 0x6D414220;
    private static final int LUT_FROM_CONNECTION = 0x6D424120;
    /** Programs of curves, matrices and tables. */
    private static final int PROCESSING_ELEMENTS = 0x6D706574;

    private IccTables() {}

    /** Whether a tag is no table, or one whose entries are all there. */
    static boolean isWhole(ByteBuffer tag) {
        try {
            return switch (tag.getInt(0)) {
                case LUT_8 -> 48 + 256L * (channels(tag, 8) + channels(tag, 9)) + grid(tag) <= tag.capacity();
                case LUT_16 -> 52 + 2 * (curves(tag) + grid(tag)) <= tag.capacity();
                case LUT_TO_CONNECTION, LUT_FROM_CONNECTION -> hasWholeGrid(tag);
                case PROCESSING_ELEMENTS -> false;
                default -> true;
            };
        } catch (IndexOutOfBoundsException e) {
            return false;
        }
    }

    private static long curves(ByteBuffer tag) {
        return (long) channels(tag, 8) * (tag.getShort(48) & 0xFFFF)
                + (long) channels(tag, 9) * (tag.getShort(50) & 0xFFFF);
    }

    private static long grid(ByteBuffer tag) {
        long entries = channels(tag, 9);
        for (int i = 0; i < channels(tag, 8); i++) {
            entries = product(entries, tag.get(10) & 0xFF, tag);
        }
        return entries;
    }

    private static boolean hasWholeGrid(ByteBuffer tag) {
        int grid = tag.getInt(24);
        if (grid == 0) {
            return true;
        }
        // A table to the connection space has its channels first, one from it three.
        long entries = channels(tag, 9);
        for (int i = 0; i < channels(tag, 8); i++) {
            entries = product(entries, tag.get(Math.addExact(grid, i)) & 0xFF, tag);
        }
        int precision = Math.max(1, tag.get(Math.addExact(grid, 16)) & 0xFF);
        return 20L + grid + entries * precision <= tag.capacity();
    }

    private static int channels(ByteBuffer tag, int at) {
        int channels = tag.get(at) & 0xFF;
        if (channels < 1 || channels > 15) {
            throw new IndexOutOfBoundsException("channels=" + channels);
        }
        return channels;
    }

    /** Ends where a table is larger than its tag: fifteen factors of 255 are more than a long. */
    private static long product(long entries, int factor, ByteBuffer tag) {
        if (factor < 1 || entries * factor > tag.capacity()) {
            throw new IndexOutOfBoundsException("entries=%d·%d".formatted(entries, factor));
        }
        return entries * factor;
    }
}
