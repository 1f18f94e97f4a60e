package dev.facet.core.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The parts of a JPEG's colour profile (ICC.1:2022, B.4): up to 255 segments, each with its number and their count. */
final class JpegProfile {
    static final int SEGMENT = 0xE2;

    private static final byte[] NAME = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
    /** Profiles of printers have a megabyte or two. */
    private static final int MAX_CMYK_BYTES = 4 << 20;

    private static final int MAX_PART_BYTES = 65_519;

    private final byte[] bytes;
    /** Begin and end of the parts, by their number. */
    private final int[][] parts = new int[256][];

    private int count;
    private boolean broken;
    private long size;

    JpegProfile(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Notes a segment, if it is a part. */
    void add(int begin, int end) {
        int data = begin + NAME.length + 2;
        if (end < data || !Arrays.equals(bytes, begin, begin + NAME.length, NAME, 0, NAME.length)) {
            return;
        }
        int number = bytes[data - 2] & 0xFF;
        int announced = bytes[data - 1] & 0xFF;
        broken |= number < 1 || number > announced || parts[number] != null || (count != 0 && count != announced);
        parts[number] = new int[] {data, end};
        count = announced;
        size += end - data;
    }

    /** Bytes that are there. */
    long bytes() {
        return Math.min(size, MAX_CMYK_BYTES);
    }

    /** The profile; empty where there is none, a part is missing, or it is larger than that. */
    byte[] content(int maxBytes) {
        if (broken || count == 0 || size > maxBytes) {
            return new byte[0];
        }
        ByteBuffer content = ByteBuffer.allocate((int) size);
        for (int number = 1; number <= count; number++) {
            if (parts[number] == null) {
                return new byte[0];
            }
            content.put(bytes, parts[number][0], parts[number][1] - parts[number][0]);
        }
        return content.array();
    }

    /** Segments of a CMYK profile for a decoder that converts by it; none where it would allocate more than there is. */
    byte[] segments() {
        byte[] content = content(MAX_CMYK_BYTES);
        boolean usable = IccTags.read(content)
                .filter(tags -> tags.describes(IccTags.CMYK) && tags.hasWholeTables())
                .isPresent();
        if (!usable) {
            return new byte[0];
        }
        int number = (content.length + MAX_PART_BYTES - 1) / MAX_PART_BYTES;
        ByteBuffer segments = ByteBuffer.allocate(content.length + number * (4 + NAME.length + 2));
        for (int i = 0; i < number; i++) {
            int from = i * MAX_PART_BYTES;
            int length = Math.min(MAX_PART_BYTES, content.length - from);
            segments.putShort((short) (0xFF00 | SEGMENT))
                    .putShort((short) (2 + NAME.length + 2 + length))
                    .put(NAME)
                    .put((byte) (i + 1))
                    .put((byte) number)
                    .put(content, from, length);
        }
        return segments.array();
    }
}
