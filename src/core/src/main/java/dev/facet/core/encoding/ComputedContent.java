package dev.facet.core.encoding;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;

/** Values that are computed from the network's map, band by band, when they are read. */
final class ComputedContent implements Content {
    private final byte[] head;
    private final int bands;
    private final IntFunction<byte[]> band;
    private final long length;
    private final long heldBytes;

    /**
     * @param head what stands before the values
     * @param valueBytes of all bands
     * @param bands number of bands
     * @param band makes the bytes of one, from any thread
     * @param sourceBytes heap that {@code band} reads
     */
    ComputedContent(byte[] head, long valueBytes, int bands, IntFunction<byte[]> band, long sourceBytes) {
        this.head = head;
        this.bands = bands;
        this.band = band;
        this.length = head.length + valueBytes;
        this.heldBytes = head.length + sourceBytes;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long heldBytes() {
        return heldBytes;
    }

    @Override
    public Iterator<byte[]> chunks() {
        return new ChunkIterator(new Iterator<>() {
            private int next = head.length == 0 ? 0 : -1;

            @Override
            public boolean hasNext() {
                return next < bands;
            }

            @Override
            public byte[] next() {
                if (next >= bands) {
                    throw new NoSuchElementException();
                }
                int index = next++;
                return index < 0 ? head : band.apply(index);
            }
        });
    }
}
