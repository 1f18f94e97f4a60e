package dev.facet.core.encoding;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStreamImpl;

/** Writes JPEG of quality 90 through ImageIO, which wants the picture whole: 3 bytes a pixel are held until the end. */
final class JpegBuilder {
    /** Of libjpeg. */
    static final int LONGEST_SIDE = 65_500;

    private static final float QUALITY = 0.9f;

    private final BufferedImage image;
    private final byte[] bgr;
    private int used;

    JpegBuilder(int height, int width) {
        if (Math.max(height, width) > LONGEST_SIDE) {
            throw new IllegalArgumentException("too large for JPEG: height=%d, width=%d, expected at most %d a side"
                    .formatted(height, width, LONGEST_SIDE));
        }
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        this.bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    }

    /** Adds the next rows, R G B interleaved. */
    void add(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            bgr[used++] = rgb[i + 2];
            bgr[used++] = rgb[i + 1];
            bgr[used++] = rgb[i];
        }
    }

    Content finish() {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (Output out = new Output()) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            parameters.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), parameters);
            return out.bytes.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("a picture can't be written to memory (bug)", e);
        } finally {
            writer.dispose();
        }
    }

    /** Takes what the writer writes, which it does from begin to end; ImageIO's own stream would hold it twice. */
    private static final class Output extends ImageOutputStreamImpl {
        private final ChunkedOutput bytes = new ChunkedOutput();

        @Override
        public void write(int value) throws IOException {
            flushBits();
            bytes.write(value);
            streamPos++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            flushBits();
            bytes.write(source, offset, length);
            streamPos += length;
        }

        @Override
        public int read() throws IOException {
            throw new IOException("only written to");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            throw new IOException("only written to");
        }
    }
}
