package dev.facet.trainer.sample;

import dev.facet.core.image.Normalization;
import dev.facet.trainer.work.WorkQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Batches for a run, prepared ahead by a few threads. Batch i is a function of the seed and of i alone, so a resumed run
 * sees what an uninterrupted one would, however many threads there are. Used by one thread.
 *
 * <p>Images come in passes, each a new permutation; a batch may lie across two passes, so that all have the same size. Each
 * view has a generator of its own, made of the seed, the pass and the image.
 */
public final class BatchSource implements AutoCloseable {
    private static final long AHEAD_BYTES = 256L << 20;

    /** Sets the order of images apart from their views; "order" in ASCII. */
    private static final long ORDER_STREAM = 0x6F72646572L;

    private final ImageSource source;
    private final List<String> kinds;
    private final AugmentationSettings settings;
    private final Augmentation augmentation;
    private final int batchSize;
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
        if (order.batchSize() < 2) {
            throw new IllegalArgumentException(
                    "batch size: value=%d, expected at least 2".formatted(order.batchSize()));
        }
        if (source.size() == 0 || kinds.isEmpty()) {
            throw new IllegalArgumentException("nothing to make batches of: images=%d, kinds=%s, expected at least 1"
                    .formatted(source.size(), kinds));
        }
        this.source = source;
        this.kinds = List.copyOf(kinds);
        this.settings = settings;
        this.augmentation = new Augmentation(settings, normalization);
        this.batchSize = order.batchSize();
        this.seed = order.seed();
        this.next = order.firstStep();
        int threads = Math.max(1, order.workers());
        int channels = 3 + kinds.stream().mapToInt(Labels::channels).sum();
        long bytes = 4L * batchSize * channels * settings.cropHeight() * settings.cropWidth();
        this.ahead = (int) Math.max(2, Math.min(threads + 2, AHEAD_BYTES / bytes));
        this.prepared = new WorkQueue<>("batches", threads);
    }

    /**
     * Which views, and when.
     *
     * @param batchSize views per step, at least 2: norms need more than one image
     * @param seed seed of the run
     * @param firstStep step that the source begins at
     * @param workers threads
     */
    public record Order(int batchSize, long seed, long firstStep, int workers) {}

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
        List<String> ids = new ArrayList<>();
        int[] indices = new int[batchSize];
        long[] passes = new long[batchSize];
        for (int i = 0; i < batchSize; i++) {
            long position = step * batchSize + i;
            passes[i] = position / source.size();
            indices[i] = index(passes[i], (int) (position % source.size()));
            ids.add(source.id(indices[i]));
        }
        Map<String, float[]> labels = new LinkedHashMap<>();
        for (String kind : kinds) {
            labels.put(kind, new float[batchSize * Labels.channels(kind) * area]);
        }
        float[] images = new float[batchSize * 3 * area];
        Batch batch = new Batch(List.copyOf(ids), settings.cropHeight(), settings.cropWidth(), images, labels);
        for (int i = 0; i < batchSize; i++) {
            SplittableRandom random = new SplittableRandom(mix(mix(mix(seed) + passes[i]) + indices[i]));
            augmentation.apply(source.image(indices[i]), random, batch, i);
        }
        return batch;
    }

    private synchronized int index(long pass, int place) {
        if (orderPass != pass) {
            order = permutation(source.size(), new SplittableRandom(mix(mix(seed ^ ORDER_STREAM) + pass)));
            orderPass = pass;
        }
        return order[place];
    }

    private static int[] permutation(int size, SplittableRandom random) {
        int[] order = new int[size];
        Arrays.setAll(order, i -> i);
        for (int i = size - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
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
