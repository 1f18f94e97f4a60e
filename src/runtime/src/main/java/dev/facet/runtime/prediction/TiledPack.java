package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.TiledEncoding;
import dev.facet.core.image.Frame;
import dev.facet.runtime.engine.AnsweringPack;
import java.util.Optional;

/** One pack on its way through an image's tiles. Its failure is no other's, unless nobody waits any more. Not thread-safe. */
final class TiledPack implements AutoCloseable {
    private final AnsweringPack pack;
    private final TiledEncoding encoding;
    private final Cancellation cancellation;
    private final RequestListener listener;
    private Encoded encoded;
    private RuntimeException failure;
    private FeatureSource features = FeatureSource.IMAGE;
    private long inputNanos;
    private long queueNanos;
    private long prefixNanos;
    private long computeNanos;
    private long encodeNanos;

    /**
     * @param encoding of the pack's answer; closed with this
     * @param listener of the request
     */
    TiledPack(AnsweringPack pack, TiledEncoding encoding, Cancellation cancellation, RequestListener listener) {
        this.pack = pack;
        this.encoding = encoding;
        this.cancellation = cancellation;
        this.listener = listener;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Answers a tile. */
    void run(int row, int column, NetworkInputs tile, Frame frame) {
        step(() -> {
            PackAnswer answer = tile.run(pack, frame, cancellation);
            features = answer.features();
            inputNanos += answer.input();
            queueNanos += answer.queue();
            prefixNanos += answer.prefix();
            computeNanos += answer.compute();
            encode(() -> encoding.add(row, column, answer.output()));
        });
    }

    void finishRow(int row) {
        step(() -> encode(() -> encoding.finishRow(row)));
    }

    void finish() {
        step(() -> encode(() -> encoded = encoding.finish()));
    }

    TiledAnswer answer() {
        return new TiledAnswer(
                Optional.ofNullable(encoded),
                Optional.ofNullable(failure),
                features,
                inputNanos,
                queueNanos,
                prefixNanos,
                computeNanos,
                encodeNanos);
    }

    private void encode(Runnable part) {
        long begin = System.nanoTime();
        part.run();
        long end = System.nanoTime();
        listener.ended(RequestStage.ENCODE, pack.manifest(), begin, end);
        encodeNanos += end - begin;
    }

    private void step(Runnable step) {
        if (failure != null) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException e) {
            cancellation.check();
            failure = e;
        }
    }

    @Override
    public void close() {
        encoding.close();
    }
}
