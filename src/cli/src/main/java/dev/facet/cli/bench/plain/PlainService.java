package dev.facet.cli.bench.plain;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.imageio.ImageIO;

/**
 * A REST service for segmentation as an engineer writes it in an afternoon: the exported network in one session of ONNX Runtime
 * with one thread, the JDK's HTTP server with a thread per processor, ImageIO both ways, Java 2D for the resize, argmax into a
 * PNG with a palette. Buffers that every request needs are kept per thread. It is what Facet is measured against.
 *
 * <p>{@code POST /} an image, get a PNG of classes at the image's size. It writes its port to standard output when it listens.
 */
public final class PlainService {
    private static final int MULTIPLE = 16;

    private final BareNetwork network;
    private final int size;
    private final float[] mean;
    private final float[] std;
    private final IndexColorModel palette = palette();
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    private PlainService(BareNetwork network) throws OrtException {
        this.network = network;
        Map<String, String> metadata = network.metadata();
        this.size = Integer.parseInt(metadata.get("facet.input.size"));
        this.mean = numbers(metadata.get("facet.input.mean"));
        this.std = numbers(metadata.get("facet.input.std"));
    }

    private static float[] numbers(String text) {
        String[] words = text.split(" ");
        return new float[] {Float.parseFloat(words[0]), Float.parseFloat(words[1]), Float.parseFloat(words[2])};
    }

    /** What a thread keeps from request to request. */
    private static final class Buffers {
        private BufferedImage padded = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        private FloatBuffer input = FloatBuffer.allocate(0);
        private float[] best = {};

        void fit(int height, int width) {
            if (padded.getHeight() != height || padded.getWidth() != width) {
                padded = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
                input = ByteBuffer.allocateDirect(3 * height * width * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                best = new float[width];
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            String type = "image/png";
            byte[] answer;
            try {
                answer = answer(exchange.getRequestBody().readAllBytes());
            } catch (IOException | OrtException | RuntimeException e) {
                status = 400;
                type = "text/plain";
                answer = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            }
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private byte[] answer(byte[] file) throws IOException, OrtException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        if (image == null) {
            throw new IOException("not an image");
        }
        double scale = Math.min(1, (double) size / Math.max(image.getHeight(), image.getWidth()));
        int height = (int) Math.max(1, Math.round(image.getHeight() * scale));
        int width = (int) Math.max(1, Math.round(image.getWidth() * scale));
        Buffers own = buffers.get();
        own.fit(roundUp(height), roundUp(width));
        draw(image, own.padded, height, width, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        normalize(own);
        BufferedImage classes = network.run(
                own.input,
                own.padded.getHeight(),
                own.padded.getWidth(),
                output -> classes(output, own, height, width));
        if (height != image.getHeight() || width != image.getWidth()) {
            BufferedImage whole = indexed(image.getHeight(), image.getWidth());
            draw(
                    classes,
                    whole,
                    image.getHeight(),
                    image.getWidth(),
                    RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
            classes = whole;
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream(1 << 16);
        ImageIO.write(classes, "png", png);
        return png.toByteArray();
    }

    private static int roundUp(int extent) {
        return (extent + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
    }

    private BufferedImage indexed(int height, int width) {
        return new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, palette);
    }

    /** Scales an image into the upper left corner of another; what lies beyond becomes the mean colour. */
    private void draw(BufferedImage from, BufferedImage to, int height, int width, Object interpolation) {
        Graphics2D graphics = to.createGraphics();
        if (height != to.getHeight() || width != to.getWidth()) {
            graphics.setColor(new Color(mean[0], mean[1], mean[2]));
            graphics.fillRect(0, 0, to.getWidth(), to.getHeight());
        }
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, interpolation);
        graphics.drawImage(from, 0, 0, width, height, null);
        graphics.dispose();
    }

    private void normalize(Buffers own) {
        int[] pixels = ((DataBufferInt) own.padded.getRaster().getDataBuffer()).getData();
        int plane = pixels.length;
        for (int channel = 0; channel < 3; channel++) {
            int shift = 16 - 8 * channel;
            float factor = 1 / (255 * std[channel]);
            float offset = -mean[channel] / std[channel];
            for (int i = 0; i < plane; i++) {
                own.input.put(channel * plane + i, (pixels[i] >> shift & 0xFF) * factor + offset);
            }
        }
    }

    /** The largest of the logits of each pixel, without those of the padding. */
    private BufferedImage classes(OnnxTensor output, Buffers own, int height, int width) {
        float[] logits = output.getFloatBuffer().array();
        BufferedImage classes = indexed(height, width);
        byte[] indices = ((DataBufferByte) classes.getRaster().getDataBuffer()).getData();
        int stride = own.padded.getWidth();
        int plane = own.padded.getHeight() * stride;
        for (int y = 0; y < height; y++) {
            System.arraycopy(logits, y * stride, own.best, 0, width);
            for (int index = 1; index < logits.length / plane; index++) {
                int row = index * plane + y * stride;
                for (int x = 0; x < width; x++) {
                    float value = logits[row + x];
                    if (value > own.best[x]) {
                        own.best[x] = value;
                        indices[y * width + x] = (byte) index;
                    }
                }
            }
        }
        return classes;
    }

    /** The colours of PASCAL VOC: bits of the index, spread over the channels. */
    private static IndexColorModel palette() {
        byte[][] channels = new byte[3][256];
        for (int index = 0; index < 256; index++) {
            for (int bit = 0; bit < 8; bit++) {
                channels[bit % 3][index] |= (byte) ((index >> bit & 1) << 7 - bit / 3);
            }
        }
        return new IndexColorModel(8, 256, channels[0], channels[1], channels[2]);
    }

    /**
     * Serves until it is stopped.
     *
     * @param arguments the file of {@code facet pack export}
     */
    public static void main(String[] arguments) throws IOException, OrtException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "one model: arguments=%s, expected an ONNX file".formatted(Arrays.toString(arguments)));
        }
        ImageIO.setUseCache(false);
        PlainService service = new PlainService(BareNetwork.open(Files.readAllBytes(Path.of(arguments[0]))));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", service::handle);
        server.setExecutor(Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors()));
        server.start();
        System.out.println(server.getAddress().getPort());
    }
}
