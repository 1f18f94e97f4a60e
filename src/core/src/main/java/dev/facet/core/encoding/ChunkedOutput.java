package dev.facet.core.encoding;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Collects bytes in chunks, which grow from 64 bytes to 64 KiB: nothing is copied when there are more. */
final class ChunkedOutput extends OutputStream {
    static final int LARGEST = 1 << 16;

    private final List<byte[]> full = new ArrayList<>();
    private byte[] chunk = new byte[64];
    private int used;

    @Override
    public void write(int value) {
        reserve();
        chunk[used++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int from = offset;
        while (from < offset + length) {
            reserve();
            int count = Math.min(offset + length - from, chunk.length - used);
            System.arraycopy(bytes, from, chunk, used, count);
            used += count;
            from += count;
        }
    }

    /** What was written; nothing may be written afterwards. */
    Content finish() {
        full.add(Arrays.copyOf(chunk, used));
        return new StoredContent(full);
    }

    private void reserve() {
        if (used == chunk.length) {
            full.add(chunk);
            chunk = new byte[Math.min(LARGEST, chunk.length * 4)];
            used = 0;
        }
    }
}
