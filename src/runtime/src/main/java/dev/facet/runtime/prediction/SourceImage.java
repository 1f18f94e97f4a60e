package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.function.Function;

/** An image that is decoded when its pixels are needed first, which may be never. Thread-safe. */
public final class SourceImage implements InputSource {
    private final int height;
    private final int width;
    private final Optional<String> digest;
    private final Function<Cancellation, Raster> decode;
    private Raster raster;
    private Raster shown;
    private long decodeNanos;

    /**
     * @param height rows, upright
     * @param width columns, upright
     * @param digest SHA-256 of its file, by which requests share features; empty where they don't
     * @param decode called until it succeeds
     */
    SourceImage(int height, int width, Optional<String> digest, Function<Cancellation, Raster> decode) {
        this.height = height;
        this.width = width;
        this.digest = digest;
        this.decode = decode;
    }

    /** An image that is decoded already. */
    public static SourceImage of(Raster raster) {
        return new SourceImage(raster.height(), raster.width(), Optional.empty(), cancellation -> raster);
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public Optional<String> digest() {
        return digest;
    }

    @Override
    public void load(Cancellation cancellation) {
        raster(cancellation);
    }

    @Override
    public void fill(Frame frame, Normalization normalization, FloatBuffer target, Cancellation cancellation) {
        InputTensor.prepare(raster(cancellation), frame, normalization, target);
    }

    /**
     * Its pixels.
     *
     * @throws dev.facet.core.image.ImageException if it can't be decoded
     */
    synchronized Raster raster(Cancellation cancellation) {
        if (raster == null) {
            long begin = System.nanoTime();
            raster = decode.apply(cancellation);
            decodeNanos = System.nanoTime() - begin;
        }
        return raster;
    }

    /** Its pixels at an answer's size, to lay the answer over; kept for the next pack. */
    public synchronized Raster shown(int answerHeight, int answerWidth, Cancellation cancellation) {
        if (shown == null || shown.height() != answerHeight || shown.width() != answerWidth) {
            shown = Resampler.resize(raster(cancellation), answerHeight, answerWidth);
        }
        return shown;
    }

    /** How long decoding took; 0 if it wasn't needed yet. */
    synchronized long decodeNanos() {
        return decodeNanos;
    }
}
