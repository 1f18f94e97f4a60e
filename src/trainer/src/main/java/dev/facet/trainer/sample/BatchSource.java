package dev.facet.trainer.sample;

import dev.facet.core.image.Normalization;
import dev.facet.core.task.TaskKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Batches for a run, prepared ahead by a few threads. Batch i is a function of the seed and of i alone, so a resumed run
 * sees what an uninterrupted one would.
 *
 * <p>Photos come in passes, each a new permutation; a batch may lie across two passes, so that all have the same size.
 */
public final class BatchSource implements AutoCloseable {
    private static final int AHEAD = 3;

    private final List<LabelledPhoto> photos;
    private final AugmentationSettings settings;
    private final Augmentation augmentation;
    private final int labelChannels;
    private final int batchSize;
    private final long seed;
    private final ExecutorService workers;
    private final Deque<Future<Batch>> prepared = new ArrayDeque<>();
    private long next;
    private long orderPass = -1;
    private int[] order;

    /**
     * A source that begins at a step.
     *
     * @param batchSize at least 2: norms need more than one photo
     */
    public BatchSource(
            List<LabelledPhoto> photos,
            TaskKind kind,
            Normalization normalization,
            AugmentationSettings settings,
            Order order) {
        if (order.batchSize() < 2) {
            throw new IllegalArgumentException(
                    "batch size: value=%d, expected at least 2".formatted(order.batchSize()));
        }
        this.photos = List.copyOf(photos);
        this.settings = settings;
        this.augmentation = new Augmentation(settings, kind, normalization);
        this.labelChannels = Labels.channels(kind);
        this.batchSize = order.batchSize();
        this.seed = order.seed();
        this.next = order.firstStep();
        this.workers = Executors.newFixedThreadPool(Math.max(1, order.workers()), task -> {
            Thread thread = new Thread(task, "batches");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Which views, and when.
     *
     * @param batchSize views per step
     * @param seed seed of the run
     * @param firstStep step that the source begins at
     * @param workers threads
     */
    public record Order(int batchSize, long seed, long firstStep, int workers) {}

    /** The next batch. */
    public Batch next() throws InterruptedException {
        while (prepared.size() < AHEAD) {
            long step = next++;
            prepared.add(workers.submit(() -> batch(step)));
        }
        try {
            return prepared.remove().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "batch can't be made: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private Batch batch(long step) {
        int area = settings.cropHeight() * settings.cropWidth();
        float[] images = new float[batchSize * 3 * area];
        float[] labels = new float[batchSize * labelChannels * area];
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < batchSize; i++) {
            long position = step * batchSize + i;
            long pass = position / photos.size();
            int index = index(pass, (int) (position % photos.size()));
            SplittableRandom random = new SplittableRandom(mix(mix(mix(seed) + pass) + index));
            augmentation.apply(photos.get(index), random, images, labels, i);
            ids.add(photos.get(index).id());
        }
        return new Batch(ids, settings.cropHeight(), settings.cropWidth(), images, labels);
    }

    private synchronized int index(long pass, int place) {
        if (orderPass != pass) {
            order = permutation(photos.size(), new SplittableRandom(mix(mix(seed ^ 0x6F72646572L) + pass)));
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
        workers.shutdownNow();
    }
}
