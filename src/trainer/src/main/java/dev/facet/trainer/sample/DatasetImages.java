package dev.facet.trainer.sample;

import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The images of a split, decoded when they are first asked for. What fits into a budget stays in memory, the rest is decoded
 * each time: passes are permutations, so no image is more likely to be asked for again than another. Thread-safe.
 */
public final class DatasetImages implements ImageSource {
    /** 512 MiB: with the network of a usual run the whole trainer stays below 2 GB. */
    public static final long DEFAULT_BUDGET_BYTES = 512L << 20;

    private final LabelledDataset dataset;
    private final List<TaskKind> kinds;
    private final Preparation preparation;
    private final AtomicReferenceArray<LabelledImage> kept;
    private final AtomicLong room;

    /**
     * What is done to images and labels before they are kept.
     *
     * @param policy scales images and labels as the server will; empty leaves them as they are
     * @param positiveFrom for edges: stored values from here on are edges, 0 is none, those between are ignored
     * @param budgetBytes what may stay in memory; half of the heap at most
     */
    public record Preparation(Optional<InputPolicy> policy, int positiveFrom, long budgetBytes) {
        public Preparation {
            if (positiveFrom < 1 || positiveFrom > 255) {
                throw new IllegalArgumentException(
                        "value that edges begin at: value=%d, expected=1..255".formatted(positiveFrom));
            }
            if (budgetBytes < 0) {
                throw new IllegalArgumentException(
                        "memory for images: bytes=%d, expected at least 0".formatted(budgetBytes));
            }
        }
    }

    /** @param kinds kinds that the data set was opened for */
    public DatasetImages(LabelledDataset dataset, List<TaskKind> kinds, Preparation preparation) {
        this.dataset = dataset;
        this.kinds = List.copyOf(kinds);
        this.preparation = preparation;
        kept = new AtomicReferenceArray<>(dataset.ids().size());
        room = new AtomicLong(
                Math.min(preparation.budgetBytes(), Runtime.getRuntime().maxMemory() / 2));
    }

    @Override
    public int size() {
        return dataset.ids().size();
    }

    @Override
    public String id(int index) {
        return dataset.ids().get(index);
    }

    @Override
    public double weight(int index) {
        return dataset.weight(id(index));
    }

    @Override
    public LabelledImage image(int index) {
        LabelledImage known = kept.get(index);
        if (known != null) {
            return known;
        }
        LabelledImage image = prepared(dataset.sample(id(index)));
        long size = image.sizeBytes();
        if (takeRoom(size) && !kept.compareAndSet(index, null, image)) {
            room.addAndGet(size);
        }
        return image;
    }

    private boolean takeRoom(long size) {
        for (long left = room.get(); left >= size; left = room.get()) {
            if (room.compareAndSet(left, left - size)) {
                return true;
            }
        }
        return false;
    }

    /** How many images are in memory now. */
    public int keptImages() {
        int count = 0;
        for (int i = 0; i < kept.length(); i++) {
            count += kept.get(i) == null ? 0 : 1;
        }
        return count;
    }

    /** What the data set says of an image, as it is trained on. */
    public LabelledImage prepared(Sample sample) {
        Raster image = sample.image();
        Frame frame = preparation
                .policy()
                .map(policy -> policy.frame(image.height(), image.width()))
                .orElse(Frame.identity(image.height(), image.width()));
        boolean same = frame.height() == image.height() && frame.width() == image.width();
        Map<String, LabelPlane> labels = new LinkedHashMap<>();
        for (TaskKind kind : kinds) {
            LabelPlane plane = plane(sample, kind);
            labels.put(
                    kind.id(),
                    same ? plane : plane.resized(image.height(), image.width(), frame.height(), frame.width()));
        }
        Optional<LabelPlane.Ids> weights = sample.weights()
                .map(LabelPlane.Ids::new)
                .map(plane ->
                        same ? plane : plane.resized(image.height(), image.width(), frame.height(), frame.width()));
        return new LabelledImage(sample.id(), Resampler.resize(image, frame.height(), frame.width()), labels, weights);
    }

    private LabelPlane plane(Sample sample, TaskKind kind) {
        try {
            return Labels.of(sample.label(kind.id()), kind, preparation.positiveFrom(), dataset.keepsHoles());
        } catch (IllegalArgumentException e) {
            throw new DatasetException(
                    "%s [file=%s]".formatted(e.getMessage(), dataset.labelFile(sample.id(), kind.id())), e);
        }
    }
}
