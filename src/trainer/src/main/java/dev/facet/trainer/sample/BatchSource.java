package dev.facet.trainer.sample;

import dev.facet.core.image.Normalization;
import dev.facet.trainer.work.WorkQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Batches for a run, prepared ahead by a few threads. Batch i is a function of the seed and of i alone, so a resumed run
 * sees what an uninterrupted one would, however many threads there are. Used by one thread.
 *
 * <p>Images come in passes, each a new {@link ViewOrder}; {@link LastBatch} says what the end of a pass becomes. Each view has a
 * generator of its own, made of the seed, the pass and the image, or where an image may come twice in a pass, its place there.
 */
public final class BatchSource implements AutoCloseable {
    private static final long AHEAD_BYTES = 256L << 20;

    /** Sets the order of images apart from their views; "order" in ASCII. */
    private static final long ORDER_STREAM = 0x6F72646572L;

    private final ImageSource source;
    private final List<String> kinds;
    private final AugmentationSettings settings;
    private final Augmentation augmentation;
    private final ViewOrder views;
    private final Passes passes;
    private final long seed;
    private final int ahead;
    private final WorkQueue<Batch> prepared;
    private long next;
    private long waitedNanos;
    private long orderPass = -1;
    private int[] order;

    /**
     * A source that begins at a step.
     *
     * @param kinds task kinds whose labels the batches carry
     */
    public BatchSource(
            ImageSource source,
            List<String> kinds,
            Normalization normalization,
            AugmentationSettings settings,
            Order order) {
        if (source.size() == 0 || kinds.isEmpty()) {
            throw new IllegalArgumentException("nothing to make batches of: images=%d, kinds=%s, expected at least 1"
                    .formatted(source.size(), kinds));
        }
        this.source = source;
        this.kinds = List.copyOf(kinds);
        this.settings = settings;
        this.augmentation = new Augmentation(settings, normalization);
        this.views = new ViewOrder(source);
        this.passes = new Passes(source.size(), order.batchSize(), order.last());
        this.seed = order.seed();
        this.next = order.firstStep();
        int threads = Math.max(1, order.workers());
        int channels = 3 + kinds.stream().mapToInt(Labels::channels).sum();
        long bytes = 4L * order.batchSize() * channels * settings.cropHeight() * settings.cropWidth();
        this.ahead = (int) Math.max(2, Math.min(threads + 2, AHEAD_BYTES / bytes));
        this.prepared = new WorkQueue<>("batches", threads);
    }

    /**
     * Which views, and when.
     *
     * @param batchSize views per step, at least 2: norms need more than one image
     * @param last what the end of a pass becomes
     * @param seed seed of the run
     * @param firstStep step that the source begins at
     * @param workers threads
     */
    public record Order(int batchSize, LastBatch last, long seed, long firstStep, int workers) {}

    /**
     * The next batch.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that can't be used
     */
    public Batch next() throws InterruptedException {
        while (prepared.size() < ahead) {
            long step = next++;
            prepared.submit(() -> batch(step));
        }
        long begin = System.nanoTime();
        try {
            return prepared.take();
        } finally {
            waitedNanos += System.nanoTime() - begin;
        }
    }

    /** Time that {@link #next()} has waited for batches so far. */
    public long waitedNanos() {
        return waitedNanos;
    }

    private Batch batch(long step) {
        int area = settings.cropHeight() * settings.cropWidth();
        Passes.Span span = passes.span(step);
        int size = span.size();
        List<String> ids = new ArrayList<>();
        int[] indices = new int[size];
        long[] pass = new long[size];
        int[] places = new int[size];
        List<LabelledImage> shown = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long position = span.position() + i;
            pass[i] = position / source.size();
            places[i] = (int) (position % source.size());
            indices[i] = index(pass[i], places[i]);
            ids.add(source.id(indices[i]));
            shown.add(source.image(indices[i]));
        }
        Map<String, float[]> labels = new LinkedHashMap<>();
        for (String kind : kinds) {
            labels.put(kind, new float[size * Labels.channels(kind) * area]);
        }
        float[] images = new float[size * 3 * area];
        Batch batch = new Batch(
                List.copyOf(ids), settings.cropHeight(), settings.cropWidth(), images, labels, weights(shown, area));
        for (int i = 0; i < size; i++) {
            int own = views.isPermutation() ? indices[i] : places[i];
            SplittableRandom random = new SplittableRandom(mix(mix(mix(seed) + pass[i]) + own));
            augmentation.apply(shown.get(i), random, batch, i);
        }
        return batch;
    }

    /** Room for the weights of pixels where any image has some; the others' pixels count in full. */
    private static Optional<float[]> weights(List<LabelledImage> images, int area) {
        if (images.stream().allMatch(image -> image.weights().isEmpty())) {
            return Optional.empty();
        }
        float[] weights = new float[images.size() * area];
        Arrays.fill(weights, 1);
        return Optional.of(weights);
    }

    private synchronized int index(long pass, int place) {
        if (orderPass != pass) {
            order = views.pass(new SplittableRandom(mix(mix(seed ^ ORDER_STREAM) + pass)));
            orderPass = pass;
        }
        return order[place];
    }

    /** The finalizer of SplitMix64 (Steele et al., OOPSLA 2014). */
    private static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    @Override
    public void close() {
        prepared.close();
    }
}
