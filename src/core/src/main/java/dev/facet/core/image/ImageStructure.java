package dev.facet.core.image;

import dev.facet.core.cancellation.Cancellation;
import java.util.Optional;
import java.util.function.Function;
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
 * @param decoder of the picture, as it is stored
 * @param conversion to sRGB, by the colour profile; made when asked for
 */
record ImageStructure(
        ImageFormat format,
        int height,
        int width,
        int orientation,
        long decodingBytes,
        long copiedBytes,
        Function<Cancellation, Raster> decoder,
        Supplier<Optional<SrgbConversion>> conversion) {

    static ImageStructure read(byte[] bytes, ImageLimits limits) {
        if (bytes.length > limits.maxBytes()) {
            throw ImageDecoder.tooManyBytes(bytes.length, limits);
        }
        return switch (ImageFormat.of(bytes)) {
            case JPEG -> ofJpeg(bytes, limits);
            case PNG -> ofPng(bytes, limits);
            case WEBP -> ofWebp(bytes, limits);
            case TIFF -> ofTiff(bytes, limits);
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
                cancellation -> ImageDecoder.decodeJpeg(header, cancellation),
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
                cancellation -> RgbConversion.convert(ImageDecoder.decodePng(chunks, cancellation), cancellation),
                () -> SrgbConversion.of(chunks.profile(), (chunks.colorType() & 2) == 0 ? IccTags.GREY : IccTags.RGB));
    }

    private static ImageStructure ofWebp(byte[] bytes, ImageLimits limits) {
        WebpChunks chunks = WebpChunks.read(bytes, limits);
        return new ImageStructure(
                ImageFormat.WEBP,
                chunks.height(),
                chunks.width(),
                Orientation.ofTiff(chunks.exif()),
                WebpDecoder.bytes(chunks),
                0,
                cancellation -> WebpDecoder.decode(bytes, chunks, cancellation),
                () -> SrgbConversion.of(chunks.profile(), IccTags.RGB));
    }

    private static ImageStructure ofTiff(byte[] bytes, ImageLimits limits) {
        TiffHeader header = TiffHeader.read(bytes, limits);
        int space = header.photometric < TiffHeader.RGB ? IccTags.GREY : IccTags.RGB;
        return new ImageStructure(
                ImageFormat.TIFF,
                header.height,
                header.width,
                Orientation.ofTiff(bytes),
                header.decodingBytes(),
                0,
                cancellation -> TiffDecoder.decode(bytes, header, cancellation),
                () -> SrgbConversion.of(header.profile(), space));
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

    boolean isTurned() {
        return orientation != Orientation.UPRIGHT;
    }

    ImageHeader header() {
        return ImageHeader.of(this);
    }
}
