package dev.facet.evaluation.mat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes one matrix of single precision as a MAT file of level 5, little-endian, uncompressed. */
public final class MatWriter {
    private static final int HEADER_BYTES = 128;
    private static final int MAX_NAME = 63;
    private static final int BYTES = 1;
    private static final int INTEGERS = 5;
    private static final int FLAGS = 6;
    private static final int SINGLES = 7;
    private static final int SINGLE_CLASS = 7;

    private MatWriter() {}

    /**
     * The bytes of a file.
     *
     * @param name of the variable, 1 to 63 ASCII letters, digits and underscores, a letter first
     * @param rows {@code height·width} values, row-major
     */
    public static byte[] singles(String name, int height, int width, float[] rows) {
        if (!name.matches("[A-Za-z][A-Za-z0-9_]{0," + (MAX_NAME - 1) + "}")) {
            throw new IllegalArgumentException("name of a variable: value='%s'".formatted(name));
        }
        if (height < 1 || width < 1 || rows.length != Math.multiplyExact(height, width)) {
            throw new IllegalArgumentException(
                    "matrix does not fit: height=%d, width=%d, values=%d".formatted(height, width, rows.length));
        }
        int nameBytes = padded(name.length());
        int valueBytes = padded(Math.multiplyExact(rows.length, 4));
        int arrayBytes = 16 + 16 + 8 + nameBytes + 8 + valueBytes;
        ByteBuffer file = ByteBuffer.allocate(HEADER_BYTES + 8 + arrayBytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] text =
                "%-116s".formatted("MATLAB 5.0 MAT-file, written by Facet").getBytes(StandardCharsets.US_ASCII);
        file.put(text)
                .position(HEADER_BYTES - 4)
                .putShort((short) 0x0100)
                .put((byte) 'I')
                .put((byte) 'M');
        file.putInt(Element.ARRAY).putInt(arrayBytes);
        file.putInt(FLAGS).putInt(8).putInt(SINGLE_CLASS).putInt(0);
        file.putInt(INTEGERS).putInt(8).putInt(height).putInt(width);
        file.putInt(BYTES).putInt(name.length());
        int values = file.position() + nameBytes;
        file.put(name.getBytes(StandardCharsets.US_ASCII)).position(values);
        file.putInt(SINGLES).putInt(rows.length * 4);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                file.putFloat(rows[y * width + x]);
            }
        }
        return file.array();
    }

    private static int padded(int bytes) {
        return (bytes + 7) / 8 * 8;
    }
}
