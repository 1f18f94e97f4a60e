package dev.facet.core.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A WebP for a decoder that takes zeros for what lies beyond the end: two hundred damaged bytes made it build Huffman tables
 * for minutes. Here a few zeros follow the file, since the decoder looks ahead, and what reads beyond them ends in an {@link
 * ImageException}.
 */
final class WebpInput extends MemoryCacheImageInputStream {
    /** The decoder's bit buffer holds 8 bytes and asks for 8 more. */
    private static final int LOOK_AHEAD = 64;

    WebpInput(byte[] bytes) {
        super(new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length + LOOK_AHEAD)));
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value < 0) {
            throw ended();
        }
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = super.read(target, offset, length);
        if (count < 0) {
            throw ended();
        }
        return count;
    }

    private static ImageException ended() {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: its data end before its picture");
    }
}
