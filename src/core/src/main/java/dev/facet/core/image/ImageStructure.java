package dev.facet.core.image;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * An encoded image whose structure was checked: sizes, orientation, and what a decoder may see of it.
 *
 * @param format of the file
 * @param height rows as they are stored
 * @param width columns as they are stored
 * @param orientation EXIF's, 1 … 8
 * @param decodingBytes memory from the decoder's picture to the raster, at most
 * @param copiedBytes of the encoded image, beside it
 * @param picture the bytes for the decoder; made when asked for
 * @param conversion to sRGB, by the colour profile; made when asked for
 */
record ImageStructure(
        ImageFormat format,
        int height,
        int width,
        int orientation,
        long decodingBytes,
        long copiedBytes,
        Supplier<byte[]> picture,
        Supplier<Optional<SrgbConversion>> conversion) {
    private static final long MACROBLOCK_BYTES_OF_COLUMN = 2048;

    static ImageStructure read(byte[] bytes, ImageLimits limits) {
        if (bytes.length > limits.maxBytes()) {
            throw ImageDecoder.tooManyBytes(bytes.length, limits);
        }
        return switch (ImageFormat.of(bytes)) {
            case JPEG -> ofJpeg(bytes, limits);
            case PNG -> ofPng(bytes, limits);
            case WEBP -> ofWebp(bytes, limits);
        };
    }

    private static ImageStructure ofJpeg(byte[] bytes, ImageLimits limits) {
        JpegHeader header = JpegHeader.read(bytes, limits);
        return new ImageStructure(
                ImageFormat.JPEG,
                header.height(),
                header.width(),
                header.orientation(),
                header.decodingBytes(),
                header.copiedBytes(),
                header::picture,
                () -> SrgbConversion.of(header.profile(), header.isGrey() ? IccTags.GREY : IccTags.RGB));
    }

    private static ImageStructure ofPng(byte[] bytes, ImageLimits limits) {
        PngChunks chunks = PngChunks.read(bytes, limits);
        return new ImageStructure(
                ImageFormat.PNG,
                chunks.height(),
                chunks.width(),
                Orientation.ofTiff(chunks.exif()),
                pngBytes(chunks),
                bytes.length,
                chunks::picture,
                () -> SrgbConversion.of(chunks.profile(), (chunks.colorType() & 2) == 0 ? IccTags.GREY : IccTags.RGB));
    }

    private static ImageStructure ofWebp(byte[] bytes, ImageLimits limits) {
        WebpChunks chunks = WebpChunks.read(bytes, limits);
        return new ImageStructure(
                ImageFormat.WEBP,
                chunks.height(),
                chunks.width(),
                Orientation.ofTiff(chunks.exif()),
                webpBytes(chunks),
                bytes.length,
                chunks::picture,
                () -> SrgbConversion.of(chunks.profile(), IccTags.RGB));
    }

    private static long pngBytes(PngChunks chunks) {
        int channels = switch (chunks.colorType()) {
            case 0, 3 -> 1;
            case 2 -> 3;
            case 4 -> 2;
            default -> 4;
        };
        boolean keyed = chunks.isTransparent() && chunks.colorType() != 3;
        int sample = chunks.bits() == 16 ? 2 : 1;
        long pixels = (long) chunks.height() * chunks.width();
        // The decoder's picture is the raster where it is 8-bit RGB; else the raster is beside it.
        boolean raster = chunks.colorType() == 2 && sample == 1 && !keyed;
        return pixels * ((long) (channels + (keyed ? 1 : 0)) * sample + (raster ? 0 : 3));
    }

    /**
     * Of a pixel: the decoder's picture, a plane of alpha decoded as a picture of its own or the conversion, and a byte for modes
     * and smaller pictures on the way. Of a column: rows of macroblocks, which are objects. Not counted: a lossless picture may
     * name up to 65,536 groups of Huffman tables, 5.6 KB each, which only decoding tells; encoders make few.
     */
    private static long webpBytes(WebpChunks chunks) {
        int picture = chunks.hasAlpha() ? 4 : 3;
        int beside = chunks.hasAlphaChunk() ? 4 : chunks.hasAlpha() ? 3 : 0;
        return (picture + beside + 1) * chunks.pixels() + MACROBLOCK_BYTES_OF_COLUMN * chunks.width();
    }

    boolean isTurned() {
        return orientation != Orientation.UPRIGHT;
    }

    ImageHeader header() {
        return ImageHeader.of(this);
    }
}
