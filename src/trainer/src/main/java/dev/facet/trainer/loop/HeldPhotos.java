package dev.facet.trainer.loop;

import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.trainer.sample.DatasetPhotos;
import dev.facet.trainer.sample.LabelledPhoto;
import java.util.List;

/** Photos to score on, by index. Thread-safe; read when they are asked for. */
public interface HeldPhotos {
    /**
     * One photo.
     *
     * @param sample with its labels as the data set has them, which scores are computed from
     * @param scaled at the size that the network sees, with labels as the loss takes them
     */
    record Held(Sample sample, LabelledPhoto scaled) {}

    /** How many. */
    int size();

    /**
     * Reads a photo.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that can't be used
     */
    Held photo(int index);

    /** Largest distance of a match of boundaries as a share of the diagonal. */
    double boundaryTolerance();

    /** No photos: nothing is scored. */
    static HeldPhotos none() {
        return of(List.of());
    }

    /** Photos that are in memory. */
    static HeldPhotos of(List<Held> photos) {
        List<Held> all = List.copyOf(photos);
        return new HeldPhotos() {
            @Override
            public int size() {
                return all.size();
            }

            @Override
            public Held photo(int index) {
                return all.get(index);
            }

            @Override
            public double boundaryTolerance() {
                return BoundaryOptions.STANDARD.maxDistance();
            }
        };
    }

    /**
     * The first photos of a data set.
     *
     * @param preparation makes of its samples what the network sees
     * @param most at most that many
     */
    static HeldPhotos of(LabelledDataset dataset, DatasetPhotos preparation, int most) {
        List<String> ids = dataset.ids().subList(0, Math.min(most, dataset.ids().size()));
        return new HeldPhotos() {
            @Override
            public int size() {
                return ids.size();
            }

            @Override
            public Held photo(int index) {
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
