package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.util.Arrays;

/** Decodes a WebP whose chunks were checked, as libwebp does: the first picture, laid on white, on its canvas. */
final class WebpDecoder {
    private WebpDecoder() {}

    static Raster decode(byte[] bytes, WebpChunks chunks, Cancellation cancellation) {
        WebpPicture picture = chunks.picture();
        byte[] rgb = picture.isLossless()
                ? opaque(
                        Vp8lDecoder.decode(bytes, picture.begin(), picture.end(), cancellation),
                        picture.width(),
                        cancellation)
                : lossy(bytes, picture, cancellation);
        if (picture.height() == chunks.height() && picture.width() == chunks.width()) {
            return new Raster(chunks.height(), chunks.width(), rgb);
        }
        byte[] canvas = new byte[Math.multiplyExact(Math.multiplyExact(chunks.height(), chunks.width()), 3)];
        Arrays.fill(canvas, (byte) 255);
        for (int y = 0; y < picture.height(); y++) {
            int to = ((picture.top() + y) * chunks.width() + picture.left()) * 3;
            System.arraycopy(rgb, y * picture.width() * 3, canvas, to, picture.width() * 3);
        }
        return new Raster(chunks.height(), chunks.width(), canvas);
    }

    /** Heap that decoding needs at most. */
    static long bytes(WebpChunks chunks) {
        WebpPicture picture = chunks.picture();
        long pixels = (long) picture.height() * picture.width();
        boolean canvas = pixels < (long) chunks.height() * chunks.width();
        long bytes;
        if (picture.isLossless()) {
            bytes = Vp8lDecoder.bytes(pixels);
        } else {
            // Planes and what is made of them; modes and flags of macroblocks.
            bytes = Vp8Frame.bytes(picture.height(), picture.width())
                    + 3 * pixels
                    + pixels / 128
                    + 64L * picture.width();
            if (picture.hasAlpha()) {
                bytes = Math.max(bytes + pixels, Vp8lDecoder.bytes(pixels) + pixels);
            }
        }
        return Math.max(bytes, 7 * pixels) + (canvas ? 3L * chunks.height() * chunks.width() : 0);
    }

    private static byte[] lossy(byte[] bytes, WebpPicture picture, Cancellation cancellation) {
        byte[] alpha = picture.hasAlpha() ? WebpAlpha.decode(bytes, picture, cancellation) : new byte[0];
        Vp8Frame frame = Vp8Decoder.decode(bytes, picture.begin(), picture.end(), cancellation);
        byte[] rgb = Vp8Colors.rgb(frame, picture.height(), picture.width(), cancellation);
        for (int i = 0; i < alpha.length; i++) {
            for (int channel = 3 * i; channel < 3 * i + 3; channel++) {
                rgb[channel] = onWhite(rgb[channel] & 0xFF, alpha[i] & 0xFF);
            }
        }
        return rgb;
    }

    private static byte[] opaque(int[] argb, int width, Cancellation cancellation) {
        byte[] rgb = new byte[Math.multiplyExact(argb.length, 3)];
        for (int i = 0; i < argb.length; i++) {
            if (i % width == 0) {
                cancellation.check();
            }
            int alpha = argb[i] >>> 24;
            rgb[3 * i] = onWhite(argb[i] >> 16 & 0xFF, alpha);
            rgb[3 * i + 1] = onWhite(argb[i] >> 8 & 0xFF, alpha);
            rgb[3 * i + 2] = onWhite(argb[i] & 0xFF, alpha);
        }
        return rgb;
    }

    private static byte onWhite(int sample, int alpha) {
        return (byte) ((sample * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
