package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An encoded image for a decoder, read where it lies: ImageIO's own stream copies it. What takes too long ends here, since a
 * decoder that works reads.
 *
 * <p>A strict input is for WebP, whose decoder takes zeros for what lies beyond the end: two hundred damaged bytes made it
 * build Huffman tables for minutes. A few zeros follow the file, since the decoder looks ahead, and what reads beyond them ends
 * in an {@link ImageException}.
 */
final class EncodedInput extends ImageInputStreamImpl {
    /** The decoder's bit buffer holds 8 bytes and asks for 8 more. */
    private static final int LOOK_AHEAD = 64;
    /** Single bytes are read by the million: asking the clock for each would take longer than they do. */
    private static final int READS_BETWEEN_CHECKS = 512;

    private final byte[] bytes;
    private final int end;
    private final boolean strict;
    private final Cancellation cancellation;
    private int reads;

    private EncodedInput(byte[] bytes, int end, boolean strict, Cancellation cancellation) {
        this.bytes = bytes;
        this.end = end;
        this.strict = strict;
        this.cancellation = cancellation;
    }

    static EncodedInput of(byte[] bytes, Cancellation cancellation) {
        return new EncodedInput(bytes, bytes.length, false, cancellation);
    }

    static EncodedInput strict(byte[] bytes, Cancellation cancellation) {
        return new EncodedInput(bytes, Math.addExact(bytes.length, LOOK_AHEAD), true, cancellation);
    }

    @Override
    public int read() throws IOException {
        if (!begin()) {
            return -1;
        }
        int value = streamPos < bytes.length ? bytes[(int) streamPos] & 0xFF : 0;
        streamPos++;
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!begin()) {
            return -1;
        }
        int count = (int) Math.min(length, end - streamPos);
        int there = (int) Math.min(count, Math.max(0, bytes.length - streamPos));
        System.arraycopy(bytes, (int) Math.min(streamPos, bytes.length), target, offset, there);
        Arrays.fill(target, offset + there, offset + count, (byte) 0);
        streamPos += count;
        return count;
    }

    /** Whether there is a byte at the position. */
    private boolean begin() throws IOException {
        checkClosed();
        bitOffset = 0;
        if (reads++ % READS_BETWEEN_CHECKS == 0) {
            cancellation.check();
        }
        if (streamPos < end) {
            return true;
        }
        if (strict) {
            throw new ImageException(ImageFault.CORRUPT, "damaged WebP: its data end before its picture");
        }
        return false;
    }
}
