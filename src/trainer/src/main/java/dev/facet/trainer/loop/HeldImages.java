package dev.facet.trainer.loop;

import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.trainer.sample.DatasetImages;
import dev.facet.trainer.sample.LabelledImage;
import java.util.List;

/** Images to score on, by index. Thread-safe; read when they are asked for. */
public interface HeldImages {
    /**
     * One image.
     *
     * @param sample with its labels as the data set has them, which scores are computed from
     * @param scaled at the size that the network sees, with labels as the loss takes them
     */
    record Held(Sample sample, LabelledImage scaled) {}

    /** How many. */
    int size();

    /**
     * Reads an image.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that can't be used
     */
    Held image(int index);

    /** Largest distance of a match of boundaries as a share of the diagonal. */
    double boundaryTolerance();

    /** No images: nothing is scored. */
    static HeldImages none() {
        return of(List.of());
    }

    /** Images that are in memory. */
    static HeldImages of(List<Held> images) {
        List<Held> all = List.copyOf(images);
        return new HeldImages() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public Held image(int index) {
                return all.get(index);
            }

            @Override
            public double boundaryTolerance() {
                return BoundaryOptions.STANDARD.maxDistance();
            }
        };
    }

    /**
     * The first images of a data set.
     *
     * @param preparation makes of its samples what the network sees
     * @param most at most that many
     */
    static HeldImages of(LabelledDataset dataset, DatasetImages preparation, int most) {
        List<String> ids = dataset.ids().subList(0, Math.min(most, dataset.ids().size()));
        return new HeldImages() {
            @Override
            public int size() {
                return ids.size();
            }

            @Override
            public Held image(int index) {
                Sample sample = dataset.sample(ids.get(index));
                return new Held(sample, preparation.prepared(sample));
            }

            @Override
            public double boundaryTolerance() {
                return dataset.boundaryTolerance();
            }
        };
    }
}
