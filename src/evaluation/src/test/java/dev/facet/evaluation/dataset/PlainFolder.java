package dev.facet.evaluation.dataset;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes the files of a small data set. */
public final class PlainFolder {
    private final Path root;

    public PlainFolder(Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    public PlainFolder text(String file, String text) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public PlainFolder bytes(String file, byte[] bytes) {
        try {
            Files.createDirectories(root.resolve(file).getParent());
            Files.write(root.resolve(file), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    public PlainFolder image(String file, int height, int width) {
        return write(file, new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR));
    }

    /** 1-, 8- or 16-bit grey. */
    public PlainFolder grey(String file, int bits, int height, int width, int... values) {
        int type = bits == 16
                ? BufferedImage.TYPE_USHORT_GRAY
                : bits == 8 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_BYTE_BINARY;
        BufferedImage image = new BufferedImage(width, height, type);
        image.getRaster().setPixels(0, 0, width, height, values);
        return write(file, image);
    }

    public PlainFolder rgb(String file, int height, int width, int... values) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.getRaster().setPixels(0, 0, width, height, values);
        return write(file, image);
    }

    /** Indices into a palette whose colours have nothing to do with them. */
    public PlainFolder palette(String file, int height, int width, int... values) {
        byte[] red = new byte[256];
        byte[] green = new byte[256];
        byte[] blue = new byte[256];
        for (int i = 0; i < 256; i++) {
            red[i] = (byte) (i * 37 + 11);
            green[i] = (byte) (i * 91 + 5);
            blue[i] = (byte) (255 - i);
        }
        BufferedImage image = new BufferedImage(
                width, height, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 256, red, green, blue));
        WritableRaster raster = image.getRaster();
        raster.setPixels(0, 0, width, height, values);
        return write(file, image);
    }

    private PlainFolder write(String file, BufferedImage image) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            ImageIO.write(image, file.endsWith(".jpg") ? "jpg" : "png", path.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
