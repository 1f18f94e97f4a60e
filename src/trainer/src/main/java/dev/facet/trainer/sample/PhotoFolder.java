package dev.facet.trainer.sample;

import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.PlainDataset;
import dev.facet.evaluation.dataset.Sample;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set in the plain layout ({@link PlainDataset}), read into memory.
 *
 * @param root its folder
 * @param kind which labels are read
 * @param positiveFrom for edges: stored values from here on are edges
 */
public record PhotoFolder(Path root, TaskKind kind, int positiveFrom) {

    /**
     * Reads the photos of a split with their labels, in the order of the list.
     *
     * @param policy scales photos and labels as the server will; empty leaves them as they are
     * @throws dev.facet.evaluation.dataset.DatasetException naming the file that is missing or wrong
     */
    public List<LabelledPhoto> read(String split, Optional<InputPolicy> policy) {
        PlainDataset dataset = PlainDataset.open(root, List.of(kind.id()), split);
        return dataset.ids().parallelStream()
                .map(id -> photo(dataset.sample(id), policy))
                .toList();
    }

    private LabelledPhoto photo(Sample sample, Optional<InputPolicy> policy) {
        Raster photo = sample.photo();
        float[] labels = Labels.of(sample.label(kind.id()), kind.outputs(), positiveFrom);
        if (policy.isEmpty()) {
            return new LabelledPhoto(sample.id(), photo, labels);
        }
        Frame frame = policy.get().frame(photo.height(), photo.width());
        return new LabelledPhoto(
                sample.id(),
                Resampler.resize(photo, frame.height(), frame.width()),
                Resampler.nearest(
                        labels, Labels.channels(kind), photo.height(), photo.width(), frame.height(), frame.width()));
    }
}
