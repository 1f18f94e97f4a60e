package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;

/** Decodes the plane of alpha beside a lossy WebP (RFC 9649, 2.7.1.2). */
final class WebpAlpha {
    private static final int RAW = 0;
    private static final int LOSSLESS = 1;

    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;

    private WebpAlpha() {}

    /** Opacity of each pixel. */
    static byte[] decode(byte[] bytes, WebpPicture picture, Cancellation cancellation) {
        int begin = picture.alphaBegin();
        int height = picture.height();
        int width = picture.width();
        int size = Math.multiplyExact(height, width);
        if (begin >= picture.alphaEnd()) {
            throw corrupt("alpha without a header");
        }
        int header = bytes[begin];
        byte[] plane = new byte[size];
        switch (header & 3) {
            case RAW -> {
                if (picture.alphaEnd() - begin - 1 < size) {
                    throw corrupt("alpha of %d bytes, expected %d".formatted(picture.alphaEnd() - begin - 1, size));
                }
                System.arraycopy(bytes, begin + 1, plane, 0, size);
            }
            case LOSSLESS -> {
                int[] argb = Vp8lDecoder.decodePlane(bytes, begin + 1, picture.alphaEnd(), height, width, cancellation);
                for (int i = 0; i < size; i++) {
                    plane[i] = (byte) (argb[i] >> 8);
                }
            }
            default -> throw corrupt("alpha of an unknown method");
        }
        unfilter(plane, header >> 2 & 3, height, width);
        return plane;
    }

    private static void unfilter(byte[] plane, int filter, int height, int width) {
        if (filter == 0) {
            return;
        }
        for (int x = 1; x < width; x++) {
            plane[x] += plane[x - 1];
        }
        for (int at = width; at < height * width; at++) {
            int x = at % width;
            plane[at] += (byte)
                    switch (x == 0 ? VERTICAL : filter) {
                        case HORIZONTAL -> plane[at - 1];
                        case VERTICAL -> plane[at - width];
                        default ->
                            gradient(plane[at - 1] & 0xFF, plane[at - width] & 0xFF, plane[at - width - 1] & 0xFF);
                    };
        }
    }

    private static int gradient(int left, int above, int corner) {
        return Math.max(0, Math.min(255, left + above - corner));
    }

    private static ImageException corrupt(String what) {
        return new ImageException(ImageFault.CORRUPT, "damaged WebP: " + what);
    }
}
