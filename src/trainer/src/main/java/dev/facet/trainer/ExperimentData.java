package dev.facet.trainer;

import dev.facet.core.digest.Sha256;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.config.TrainingConfiguration.Loader;
import dev.facet.trainer.loop.HeldImages;
import dev.facet.trainer.loop.TrainingRun;
import dev.facet.trainer.sample.DatasetImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

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
        if (!c.dataset().sources().isEmpty()) {
            LabelledDataset validation = SourceData.validation(c);
            return of(c, SourceData.train(c), validation, validation);
        }
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
                // Few data sets have such a list. What is broken in it can only cost a picture.
                pictures = validation;
            }
        }
        return of(c, train, validation, pictures);
    }

    private static ExperimentData of(
            TrainingConfiguration c, LabelledDataset train, LabelledDataset validation, LabelledDataset pictures) {
        List<TaskKind> kinds = Experiment.kinds(c).stream()
                .map(id -> TaskKinds.of(c.dataset(), train, id))
                .toList();
        return new ExperimentData(train, validation, pictures, kinds);
    }

    /** The same kinds with the parameters that other settings give them. */
    List<TaskKind> kinds(TrainingConfiguration.Dataset settings) {
        return kinds.stream()
                .map(kind -> TaskKinds.of(settings, train, kind.id()))
                .toList();
    }

    /**
     * Opens another split, with what its scores need.
     *
     * @throws IllegalArgumentException if the configuration has several data sets
     */
    static LabelledDataset open(TrainingConfiguration c, String split) {
        if (!c.dataset().sources().isEmpty()) {
            throw new IllegalArgumentException(
                    "several data sets: key='dataset.sources', expected dataset.root: a table scores one split of one data set");
        }
        return open(c, root(c, c.trainDataloader()), split, true);
    }

    private static LabelledDataset open(TrainingConfiguration c, Loader loader, boolean scored) {
        return open(c, root(c, loader), loader.datasetArgs().imageSet(), scored);
    }

    private static LabelledDataset open(TrainingConfiguration c, Path root, String split, boolean scored) {
        DatasetOptions options = new DatasetOptions(c.dataset().unlabelledIsAClass(), scored);
        PlainOptions plain = PlainOptions.classes(SourceData.classes(c))
                .withDepth(c.dataset().quantity());
        return LabelledDataset.open(
                root, c.dataset().datasetName().orElse(""), Experiment.kinds(c), split, options, plain);
    }

    private static Path root(TrainingConfiguration c, Loader loader) {
        return Path.of(c.dataset()
                .root()
                .or(() -> loader.datasetArgs().root())
                .or(() -> c.trainDataloader().datasetArgs().root())
                .orElseThrow());
    }

    /** A split in one line: its data set, its name and its ids. */
    static String identity(LabelledDataset split) {
        String ids = String.join("\n", split.ids());
        return "%s/%s, %d images, %s"
                .formatted(split.name(), split.split(), split.ids().size(), Sha256.hex(ids));
    }

    /**
     * Decodes every image and label that a run will see; those to train on stay in memory as far as there is room.
     *
     * @throws DatasetException naming the first file that can't be used, and how many more
     */
    void check(TrainingRun.Images images) {
        check(train, images.train()::image);
        check(validation, images.validation()::image);
    }

    /** Decodes every image and label of a split. */
    static void check(LabelledDataset split) {
        check(split, index -> split.sample(split.ids().get(index)));
    }

    private static void check(LabelledDataset split, IntFunction<?> decode) {
        Map<Integer, DatasetException> broken = new ConcurrentSkipListMap<>();
        IntStream.range(0, split.ids().size()).parallel().forEach(index -> {
            try {
                decode.apply(index);
            } catch (DatasetException e) {
                broken.put(index, e);
            }
        });
        if (!broken.isEmpty()) {
            DatasetException first = broken.values().iterator().next();
            String others = broken.size() == 1 ? "" : ", and %d others".formatted(broken.size() - 1);
            throw new DatasetException("%s%s [split=%s]".formatted(first.getMessage(), others, split.split()), first);
        }
    }

    /** The images for the loop. */
    TrainingRun.Images images(TrainingConfiguration c, InputPolicy policy) {
        DatasetImages.Preparation preparation = new DatasetImages.Preparation(
                Optional.of(policy), c.dataset().positiveFrom(), DatasetImages.DEFAULT_BUDGET_BYTES);
        return new TrainingRun.Images(
                new DatasetImages(train, kinds, preparation),
                HeldImages.of(validation, new DatasetImages(validation, kinds, preparation), Integer.MAX_VALUE),
                HeldImages.of(pictures, new DatasetImages(pictures, kinds, preparation), MOST_PICTURES));
    }
}
