package dev.facet.server.lifecycle;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Resolution;
import dev.facet.runtime.prediction.EncodedImage;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionRequest;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.PredictionResult;
import dev.facet.runtime.prediction.PredictionService;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.Route;
import dev.facet.runtime.schedule.Client;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import javax.imageio.ImageIO;
import org.jboss.logging.Logger;

/**
 * Asks the default packs, all versions that requests are divided between, about an image of the size that they take, before the first client does: what a first run makes, such as memory
 * of sessions and loaded classes, is there then.
 */
final class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Where packs take larger images, one of these has to do: nobody should wait long for a start. */
    private static final int LARGEST_SIDE = 1024;

    private WarmUp() {}

    /** Returns when they have answered. What goes wrong is the log's; clients will be told of it themselves. */
    static void run(PredictionService predictions, PackRegistry registry) throws IOException {
        Set<String> names = Set.copyOf(registry.defaults().values());
        if (names.isEmpty()) {
            return;
        }
        int side = names.stream()
                .mapToInt(name -> registry.active(name).manifest().input().size())
                .max()
                .orElseThrow();
        side = Math.min(side, LARGEST_SIDE);
        Route route = Route.random();
        List<PackSelector> packs = names.stream()
                .flatMap(name -> registry.traffic(name).weights().keySet().stream()
                        .<PackSelector>map(
                                version -> new PackSelector.Named(name, Optional.of(version), Optional.empty(), route)))
                .toList();
        long begin = System.nanoTime();
        PredictionRequest request = new PredictionRequest(
                new Made(jpeg(side, side * 3 / 4)),
                packs,
                AnswerForm.of(Representation.PNG),
                Resolution.USUAL,
                Client.of(""),
                0,
                Cancellation.after(LIMIT));
        try (PredictionResult result =
                predictions.predict(request).toCompletableFuture().join()) {
            for (PredictionResponse response : result.responses()) {
                if (response instanceof PredictionResponse.Failure failure) {
                    LOG.warnf(
                            "warm-up: pack=%s: %s",
                            failure.pack(), failure.reason().getMessage());
                }
            }
            LOG.infof("warm-up: %d packs in %d ms", packs.size(), (System.nanoTime() - begin) / 1_000_000);
        } catch (CompletionException e) {
            LOG.warnf("warm-up: %s", e.getCause().getMessage());
        }
    }

    private static byte[] jpeg(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", file);
        return file.toByteArray();
    }

    /** The image's file. */
    private record Made(byte[] file) implements EncodedImage {
        @Override
        public byte[] read() {
            return file;
        }

        @Override
        public void close() {
            // Nothing is held but the array.
        }
    }
}
