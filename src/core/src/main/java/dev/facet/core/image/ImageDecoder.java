package dev.facet.core.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.failure.Failures;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads images: JPEG (CMYK too), PNG, WebP and TIFF, told by content. Sizes are checked from the header before anything is
 * decoded; EXIF orientation is applied. Thread-safe. Every fault of an image is an {@link ImageException};
 * memory that isn't there is an {@link OutOfMemoryError}.
 */
public final class ImageDecoder {
    private static final ImageReaderSpi JPEG = registered(new JPEGImageReaderSpi());
    private static final ImageReaderSpi PNG = jdkPng();
    /** Samples in the order of a raster: with the usual B G R each would be copied one by one, and swapped afterwards. */
    private static final ImageTypeSpecifier RGB = ImageTypeSpecifier.createInterleaved(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), new int[] {0, 1, 2}, DataBuffer.TYPE_BYTE, false, false);

    /** How libjpeg begins to say that malloc gave it nothing. */
    private static final String NATIVE_EXHAUSTED = "Insufficient memory";

    private ImageDecoder() {}

    /**
     * Reads an image from a file.
     *
     * @throws IOException if the file can't be read
     * @throws ImageException if it isn't an image within the limits
     */
    public static Raster read(Path path, ImageLimits limits) throws IOException {
        return read(path, limits, true);
    }

    /**
     * Reads an image from a file as its pixels are stored, whatever EXIF says of its orientation: data sets whose labels were
     * drawn on such pixels need it.
     *
     * @throws IOException if the file can't be read
     * @throws ImageException if it isn't an image within the limits
     */
    public static Raster readAsStored(Path path, ImageLimits limits) throws IOException {
        return read(path, limits, false);
    }

    private static Raster read(Path path, ImageLimits limits, boolean upright) throws IOException {
        long size = Files.size(path);
        if (size > limits.maxBytes()) {
            throw tooManyBytes(size, limits);
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 16, limits.maxBytes() + 1));
        }
        try {
            return read(bytes, limits, upright, Cancellation.withoutDeadline());
        } catch (ImageException e) {
            throw new ImageException(e.fault(), "%s [image=%s]".formatted(e.getMessage(), path.getFileName()), e);
        }
    }

    /**
     * Reads an image.
     *
     * @throws ImageException if it isn't an image within the limits
     */
    public static Raster read(byte[] bytes, ImageLimits limits) {
        return read(bytes, limits, true, Cancellation.withoutDeadline());
    }

    /**
     * Reads an image while it is wanted.
     *
     * @throws ImageException if it isn't an image within the limits
     * @throws dev.facet.core.cancellation.CancelledException if it is no longer wanted
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    public static Raster read(byte[] bytes, ImageLimits limits, Cancellation cancellation) {
        return read(bytes, limits, true, cancellation);
    }

    private static Raster read(byte[] bytes, ImageLimits limits, boolean upright, Cancellation cancellation) {
        cancellation.check();
        try {
            ImageStructure structure = ImageStructure.read(bytes, limits);
            Raster stored = structure.decoder().apply(cancellation);
            structure.conversion().get().ifPresent(conversion -> conversion.apply(stored.rgb(), cancellation));
            return upright ? Orientation.apply(stored, structure.orientation(), cancellation) : stored;
        } catch (RuntimeException | StackOverflowError e) {
            // Decoders may wrap what their input throws.
            cancellation.check();
            throw decodingFailed(e);
        }
    }

    /** Decodes a PNG whose chunks were checked, by those of them that are to be seen. */
    static BufferedImage decodePng(PngChunks chunks, Cancellation cancellation) {
        return decode(PNG, chunks.picture(), chunks.height(), chunks.width(), false, cancellation);
    }

    /** Likewise, by these chunks. */
    static BufferedImage decodePng(byte[] picture, PngChunks chunks) {
        return decode(PNG, picture, chunks.height(), chunks.width(), false, Cancellation.withoutDeadline());
    }

    /** Decodes a JPEG whose markers were checked. */
    static Raster decodeJpeg(JpegHeader header, Cancellation cancellation) {
        BufferedImage image =
                decode(JPEG, header.picture(), header.height(), header.width(), header.isColor(), cancellation);
        return RgbConversion.convert(image, cancellation);
    }

    /**
     * What a decoder's failure means. Decoders answer hostile input with exceptions of every kind; to the caller they all mean
     * one thing. But memory that isn't there is never the image's fault.
     */
    static ImageException decodingFailed(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError exhausted) {
                throw exhausted;
            }
        }
        if (e instanceof ImageException known) {
            return known;
        }
        if (e instanceof IOException && e.getMessage() != null && e.getMessage().startsWith(NATIVE_EXHAUSTED)) {
            throw new OutOfMemoryError("image decoder: " + e.getMessage());
        }
        return new ImageException(ImageFault.CORRUPT, "image can't be decoded: " + reason(e), e);
    }

    private static BufferedImage decode(
            ImageReaderSpi provider, byte[] picture, int height, int width, boolean toRgb, Cancellation cancellation) {
        try {
            return read(provider.createReaderInstance(), picture, height, width, toRgb, cancellation);
        } catch (IOException e) {
            throw decodingFailed(e);
        }
    }

    private static BufferedImage read(
            ImageReader reader, byte[] picture, int height, int width, boolean toRgb, Cancellation cancellation)
            throws IOException {
        List<String> warnings = new ArrayList<>();
        try (ImageInputStream input = new EncodedInput(picture, cancellation)) {
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            reader.addIIOReadProgressListener(new UnwantedReading(cancellation));
            reader.setInput(input, true, true);
            if (reader.getHeight(0) != height || reader.getWidth(0) != width) {
                // Memory was asked for by our reading of the headers.
                throw new ImageException(
                        ImageFault.CORRUPT,
                        "image of two sizes: %d×%d and %d×%d"
                                .formatted(height, width, reader.getHeight(0), reader.getWidth(0)));
            }
            ImageReadParam parameters = reader.getDefaultReadParam();
            if (toRgb) {
                parameters.setDestination(RGB.createBufferedImage(width, height));
            }
            BufferedImage image = reader.read(0, parameters);
            cancellation.check();
            for (String warning : warnings) {
                if (meansDamage(warning)) {
                    throw new ImageException(ImageFault.CORRUPT, "damaged image: " + warning);
                }
            }
            return image;
        } finally {
            reader.dispose();
        }
    }

    /** A decoder fills what is missing with grey and only warns. */
    private static boolean meansDamage(String warning) {
        String text = warning.toLowerCase(Locale.ROOT);
        return text.contains("premature")
                || text.contains("truncated")
                || text.contains("missing eoi")
                || text.contains("unexpected end");
    }

    /** TwelveMonkeys' provider finds its delegate when it is registered, so it is, whatever class loader we run in. */
    private static ImageReaderSpi registered(ImageReaderSpi fresh) {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        ImageReaderSpi existing = registry.getServiceProviderByClass(fresh.getClass());
        if (existing != null) {
            return existing;
        }
        registry.registerServiceProvider(fresh, ImageReaderSpi.class);
        return fresh;
    }

    private static ImageReaderSpi jdkPng() {
        for (var readers = ImageIO.getImageReadersByFormatName("png"); readers.hasNext(); ) {
            ImageReader reader = readers.next();
            ImageReaderSpi provider = reader.getOriginatingProvider();
            reader.dispose();
            if (provider.getClass().getName().startsWith("com.sun.imageio.")) {
                return provider;
            }
        }
        throw new IllegalStateException("the JDK has no PNG reader: is the module java.desktop there?");
    }

    private static String reason(Throwable e) {
        String line = Failures.describe(e).lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    static ImageException tooManyBytes(long bytes, ImageLimits limits) {
        return new ImageException(
                ImageFault.TOO_MANY_BYTES,
                "image too large: bytes=%d, expected at most %d".formatted(bytes, limits.maxBytes()));
    }
}
