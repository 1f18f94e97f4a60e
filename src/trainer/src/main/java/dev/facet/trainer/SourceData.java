package dev.facet.trainer;

import dev.facet.core.digest.Sha256;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.ReferenceTask;
import dev.facet.evaluation.dataset.JoinedDataset;
import dev.facet.evaluation.dataset.LabelValues;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.PlainDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import dev.facet.evaluation.dataset.Weighting;
import dev.facet.trainer.config.SourceSettings;
import dev.facet.trainer.config.TrainingConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Function;

/** Opens folders in the plain layout as a configuration says: several of them, with classes and weights. */
final class SourceData {
    private static final String VOC = "voc";
    private static final int VOC_CLASSES = 21;

    private SourceData() {}

    /** The sources to train on as one data set. */
    static LabelledDataset train(TrainingConfiguration c) {
        return open(c, SourceSettings::train);
    }

    /** The sources to choose weights by as one data set. */
    static LabelledDataset validation(TrainingConfiguration c) {
        return open(c, SourceSettings::val);
    }

    private static JoinedDataset open(TrainingConfiguration c, Function<SourceSettings, List<String>> splits) {
        List<JoinedDataset.Source> sources = new ArrayList<>();
        for (SourceSettings source : c.dataset().sources()) {
            if (!splits.apply(source).isEmpty()) {
                PlainDataset dataset = PlainDataset.open(
                        Path.of(source.root()), Experiment.kinds(c), splits.apply(source), options(c, source));
                OptionalDouble weight = source.weight().map(OptionalDouble::of).orElse(OptionalDouble.empty());
                sources.add(new JoinedDataset.Source(source.effectiveName(), dataset, weight));
            }
        }
        return JoinedDataset.of(sources);
    }

    private static PlainOptions options(TrainingConfiguration c, SourceSettings source) {
        Map<String, String> folders = new HashMap<>();
        source.labels()
                .forEach((task, folder) -> folders.put(ReferenceTask.of(task).kindId(), folder));
        return new PlainOptions(
                folders,
                classes(c),
                source.imageWeights().map(SourceData::weighting),
                source.pixelWeights().map(SourceData::weighting),
                c.dataset().quantity(),
                labelValues(source.labelValues()));
    }

    private static LabelValues labelValues(Map<String, Integer> named) {
        Map<Integer, Integer> values = new HashMap<>();
        OptionalInt other = OptionalInt.empty();
        for (Map.Entry<String, Integer> entry : named.entrySet()) {
            if (entry.getKey().equals(SourceSettings.OTHER)) {
                other = OptionalInt.of(entry.getValue());
            } else {
                values.put(Integer.parseInt(entry.getKey()), entry.getValue());
            }
        }
        return new LabelValues(values, other);
    }

    /** The classes that a configuration gives; none where the folders say them. */
    static List<LabelClass> classes(TrainingConfiguration c) {
        List<String> names = c.dataset().classes();
        return names.equals(List.of(VOC)) ? ReferenceTask.SEMSEG.classes(VOC_CLASSES) : PlainDataset.shown(names);
    }

    private static Weighting weighting(SourceSettings.Weights weights) {
        return new Weighting(
                weights.from(),
                weights.value(),
                weights.least().orElse(0.0),
                weights.full().map(OptionalDouble::of).orElse(OptionalDouble.empty()));
    }

    /** What decides which views are made of a split, and what its pixels count, in one line. */
    static String identity(TrainingConfiguration c, LabelledDataset split) {
        StringBuilder weights = new StringBuilder();
        split.ids().forEach(id -> weights.append(split.weight(id)).append('\n'));
        List<String> sources = c.dataset().sources().stream()
                .map(source -> "%s labels=%s%s pixel_weights=%s"
                        .formatted(
                                source.effectiveName(),
                                source.labels(),
                                source.labelValues().isEmpty() ? "" : " label_values=" + source.labelValues(),
                                described(source.pixelWeights())))
                .toList();
        return "%s, weights of images %s".formatted(sources, Sha256.hex(weights.toString()));
    }

    private static String described(Optional<SourceSettings.Weights> weights) {
        return weights.map(w -> "%s from %s to %s"
                        .formatted(
                                w.from(),
                                w.least().orElse(0.0),
                                w.full().map(Object::toString).orElse("1")))
                .orElse("none");
    }
}
