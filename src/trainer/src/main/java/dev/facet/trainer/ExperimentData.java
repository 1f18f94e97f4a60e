package dev.facet.trainer;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.config.TrainingConfiguration.Loader;
import dev.facet.trainer.loop.HeldPhotos;
import dev.facet.trainer.loop.TrainingRun;
import dev.facet.trainer.sample.DatasetPhotos;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The data sets of a run, opened: every file of them is there.
 *
 * @param train to train on
 * @param validation to choose weights by
 * @param pictures to show
 * @param kinds the active tasks with the parameters that the data set gives them
 */
record ExperimentData(
        LabelledDataset train, LabelledDataset validation, LabelledDataset pictures, List<TaskKind> kinds) {
    private static final int MOST_PICTURES = 4;

    /**
     * Opens what a configuration names. Pictures come from the validation split where theirs isn't there.
     *
     * @throws DatasetException naming the file that is missing or wrong
     */
    static ExperimentData open(TrainingConfiguration c) {
        LabelledDataset train = open(c, c.trainDataloader(), false);
        LabelledDataset validation = open(c, c.valDataloader(), true);
        LabelledDataset pictures = validation;
        Loader shown = c.sampleImgsDataloader();
        if (!shown.datasetArgs()
                .imageSet()
                .equals(c.valDataloader().datasetArgs().imageSet())) {
            try {
                pictures = open(c, shown, false);
            } catch (DatasetException e) {
                pictures = validation;
            }
        }
        List<TaskKind> kinds = Experiment.kinds(c).stream()
                .map(id -> TaskKinds.of(c.dataset(), train, id))
                .toList();
        return new ExperimentData(train, validation, pictures, kinds);
    }

    /** Opens another split, with what its scores need. */
    static LabelledDataset open(TrainingConfiguration c, String split) {
        return open(c, root(c, c.trainDataloader()), split, true);
    }

    private static LabelledDataset open(TrainingConfiguration c, Loader loader, boolean scored) {
        return open(c, root(c, loader), loader.datasetArgs().imageSet(), scored);
    }

    private static LabelledDataset open(TrainingConfiguration c, Path root, String split, boolean scored) {
        DatasetOptions options = new DatasetOptions(c.dataset().unlabelledIsAClass(), scored);
        return LabelledDataset.open(root, c.dataset().datasetName().orElse(""), Experiment.kinds(c), split, options);
    }

    private static Path root(TrainingConfiguration c, Loader loader) {
        return Path.of(c.dataset()
                .root()
                .or(() -> loader.datasetArgs().root())
                .or(() -> c.trainDataloader().datasetArgs().root())
                .orElseThrow());
    }

    /** The photos for the loop. */
    TrainingRun.Photos photos(TrainingConfiguration c, InputPolicy policy) {
        DatasetPhotos.Preparation preparation = new DatasetPhotos.Preparation(
                Optional.of(policy), c.dataset().positiveFrom(), DatasetPhotos.DEFAULT_BUDGET_BYTES);
        return new TrainingRun.Photos(
                new DatasetPhotos(train, kinds, preparation),
                HeldPhotos.of(validation, new DatasetPhotos(validation, kinds, preparation), Integer.MAX_VALUE),
                HeldPhotos.of(pictures, new DatasetPhotos(pictures, kinds, preparation), MOST_PICTURES));
    }
}
