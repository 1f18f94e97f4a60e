package dev.facet.server.prediction;

import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Raster;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.Budget;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Decodes images, as many at a time as there are processors, and bounds the pixels that are held decoded: an encoded image of a
 * few kilobytes may be hundreds of megabytes.
 */
@ApplicationScoped
class DecodedImages {
    private static final long RETRY_MILLIS = 1000;

    private final ImageLimits limits;
    private final Budget pixels;
    private final Semaphore decoders = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    DecodedImages(FacetConfiguration configuration) {
        this.limits = configuration.limits().image();
        this.pixels = new Budget(configuration.limits().heldPixels());
    }

    /** Uses a decoded image, and forgets it. */
    <T> T with(byte[] encoded, long deadlineNanos, Function<Raster, T> use) {
        Raster image = decode(encoded, deadlineNanos);
        long size = (long) image.height() * image.width();
        if (!pixels.take(size)) {
            throw new ProblemException(new Problem(429, "QUEUE_FULL", "too many large images are being worked on")
                    .with(Problem.RETRY_AFTER_MILLIS, RETRY_MILLIS));
        }
        try {
            return use.apply(image);
        } finally {
            pixels.give(size);
        }
    }

    private Raster decode(byte[] encoded, long deadlineNanos) {
        try {
            if (!decoders.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new ProblemException(504, "DEADLINE_EXCEEDED", "deadline passed before the image was decoded");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(503, "DRAINING", "the server is stopping");
        }
        try {
            return ImageDecoder.read(encoded, limits);
        } finally {
            decoders.release();
        }
    }
}
