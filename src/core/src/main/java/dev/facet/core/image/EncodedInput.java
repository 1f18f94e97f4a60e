package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An encoded image for a decoder, read where it lies: ImageIO's own stream copies it. What takes too long ends here, since a
 * decoder that works reads.
 */
final class EncodedInput extends ImageInputStreamImpl {
    /** Single bytes are read by the million: asking the clock for each would take longer than they do. */
    private static final int READS_BETWEEN_CHECKS = 512;

    private final byte[] bytes;
    private final Cancellation cancellation;
    private int reads;

    EncodedInput(byte[] bytes, Cancellation cancellation) {
        this.bytes = bytes;
        this.cancellation = cancellation;
    }

    @Override
    public int read() throws IOException {
        if (!begin()) {
            return -1;
        }
        return bytes[(int) streamPos++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!begin()) {
            return -1;
        }
        int count = (int) Math.min(length, bytes.length - streamPos);
        System.arraycopy(bytes, (int) streamPos, target, offset, count);
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
        return streamPos < bytes.length;
    }
}
