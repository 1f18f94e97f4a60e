package dev.facet.core.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads images: JPEG (CMYK too), PNG and WebP, told by content. Sizes are checked from the header before anything is
 * decoded; EXIF orientation is applied. Thread-safe. Every failure is an {@link ImageException}.
 */
public final class ImageDecoder {
    private static final ImageReaderSpi JPEG = registered(new JPEGImageReaderSpi());
    private static final ImageReaderSpi WEBP = registered(new WebPImageReaderSpi());
    private static final ImageReaderSpi PNG = jdkPng();

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
            return read(bytes, limits, upright);
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
        return read(bytes, limits, true);
    }

    private static Raster read(byte[] bytes, ImageLimits limits, boolean upright) {
        if (bytes.length > limits.maxBytes()) {
            throw tooManyBytes(bytes.length, limits);
        }
        try {
            return switch (ImageFormat.of(bytes)) {
                case JPEG -> {
                    JpegScans.check(bytes);
                    yield oriented(convert(JPEG, bytes, limits), Orientation.ofJpeg(bytes), upright);
                }
                case PNG -> {
                    PngChunks chunks = PngChunks.read(bytes, limits);
                    yield oriented(convert(PNG, chunks.picture(), limits), Orientation.ofTiff(chunks.exif()), upright);
                }
                case WEBP -> {
                    WebpChunks chunks = WebpChunks.read(bytes, limits);
                    yield oriented(convert(WEBP, chunks.picture(), limits), Orientation.ofTiff(chunks.exif()), upright);
                }
            };
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw decodingFailed(e);
        }
    }

    private static Raster oriented(Raster stored, int orientation, boolean upright) {
        return upright ? Orientation.apply(stored, orientation) : stored;
    }

    /** Decodes a PNG whose chunks were checked. */
    static BufferedImage decodePng(byte[] picture, ImageLimits limits) throws IOException {
        return decode(PNG, picture, limits);
    }

    static ImageException decodingFailed(Throwable e) {
        if (e instanceof ImageException known) {
            return known;
        }
        // Decoders answer hostile input with exceptions of every kind; to the caller they all mean one thing.
        return new ImageException(ImageFault.CORRUPT, "image can't be decoded: " + reason(e), e);
    }

    private static Raster convert(ImageReaderSpi provider, byte[] bytes, ImageLimits limits) throws IOException {
        return RgbConversion.convert(decode(provider, bytes, limits));
    }

    private static BufferedImage decode(ImageReaderSpi provider, byte[] bytes, ImageLimits limits) throws IOException {
        ImageReader reader = provider.createReaderInstance();
        List<String> warnings = new ArrayList<>();
        try (ImageInputStream input = provider == WEBP
                ? new WebpInput(bytes)
                : new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            reader.setInput(input, true, true);
            limits.check(reader.getHeight(0), reader.getWidth(0));
            BufferedImage image = reader.read(0);
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
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String line = message.lines().findFirst().orElse("");
        return line.length() > 200 ? line.substring(0, 200) + "…" : line;
    }

    private static ImageException tooManyBytes(long bytes, ImageLimits limits) {
        return new ImageException(
                ImageFault.TOO_MANY_BYTES,
                "image too large: bytes=%d, expected at most %d".formatted(bytes, limits.maxBytes()));
    }
}
