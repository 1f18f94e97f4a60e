package dev.facet.trainer.config;

import dev.facet.core.task.Depth;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.loss.LossFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code dataset.sources} must not say. */
final class SourceChecks {
    private static final int MOST = 100;
    private static final Set<String> REFERENCE_LAYOUTS =
            Set.of("pascalcontext", "pascal", "pascalmt", "nyud", "nyudmt", "nyudv2");

    private static final Pattern ID = Pattern.compile("0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]");

    private SourceChecks() {}

    static void check(TrainingConfiguration c) {
        TrainingConfiguration.Dataset dataset = c.dataset();
        List<SourceSettings> sources = dataset.sources();
        if (dataset.root().isPresent()) {
            throw new IllegalArgumentException(
                    "contradiction: dataset.root=%s and dataset.sources, expected one of them"
                            .formatted(dataset.root().get()));
        }
        String layout =
                dataset.datasetName().orElse("").toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        if (REFERENCE_LAYOUTS.contains(layout)) {
            throw ConfigurationChecks.bad(
                    "dataset.dataset_name", dataset.datasetName().get(), "another: sources are in the plain layout");
        }
        if (sources.size() > MOST) {
            throw ConfigurationChecks.bad("dataset.sources", sources.size() + " of them", "at most " + MOST);
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < sources.size(); i++) {
            String key = "dataset.sources.%d".formatted(i);
            SourceSettings source = sources.get(i);
            check(key, source, c);
            if (!names.add(source.effectiveName())) {
                throw ConfigurationChecks.bad(
                        key + ".name", "'" + source.effectiveName() + "'", "another than that of the sources before");
            }
        }
        if (sources.stream().allMatch(source -> source.train().isEmpty())) {
            throw new IllegalArgumentException(
                    "missing key: key='dataset.sources.0.train', expected a split to train on in"
                            + " at least one source");
        }
        if (sources.stream().allMatch(source -> source.val().isEmpty())) {
            throw new IllegalArgumentException(
                    "missing key: key='dataset.sources.0.val', expected a split to validate by in"
                            + " at least one source");
        }
        checkWeights(sources);
    }

    private static void check(String key, SourceSettings source, TrainingConfiguration c) {
        if (source.root().isBlank()) {
            throw ConfigurationChecks.bad(key + ".root", "''", "a folder");
        }
        if (source.train().isEmpty() && source.val().isEmpty()) {
            throw new IllegalArgumentException("missing key: key='%s.train', expected a split, or val".formatted(key));
        }
        Map<String, Double> tasks = c.dataset().tasksWeighting();
        source.labels().forEach((task, folder) -> {
            Optional<ReferenceTask> known = ReferenceTask.find(task);
            if (known.isEmpty()
                    || tasks.keySet().stream()
                            .noneMatch(name -> ReferenceTask.find(name).equals(known))) {
                throw ConfigurationChecks.bad(key + ".labels", "'" + task + "'", "one of " + tasks.keySet());
            }
        });
        checkLabelValues(key + ".label_values", source.labelValues(), tasks.keySet());
        source.weight().ifPresent(weight -> {
            if (!(weight > 0 && weight < 1e9)) {
                throw ConfigurationChecks.bad(key + ".weight", weight, "above 0, below 1e9");
            }
        });
        source.imageWeights().ifPresent(weights -> {
            check(key + ".image_weights", weights);
            if (weights.value().isEmpty()) {
                throw new IllegalArgumentException(
                        "missing key: key='%s.image_weights.value', expected a column of the".formatted(key)
                                + " table, or the difference of two: A - B");
            }
        });
        source.pixelWeights().ifPresent(weights -> {
            check(key + ".pixel_weights", weights);
            if (weights.value().isPresent()) {
                throw ConfigurationChecks.bad(
                        key + ".pixel_weights.value",
                        "'" + weights.value().get() + "'",
                        "none: a folder of pictures has no columns");
            }
            if (tasks.keySet().stream().noneMatch(task -> weighsPixels(task, c))) {
                List<String> functions = new ArrayList<>();
                for (LossFunction function : LossFunction.values()) {
                    if (function.weighsPixels()) {
                        functions.add(function.id());
                    }
                }
                throw ConfigurationChecks.bad(
                        key + ".pixel_weights", weights.from(), "a task whose loss weighs pixels: " + functions);
            }
        });
    }

    private static void checkLabelValues(String key, Map<String, Integer> values, Set<String> tasks) {
        values.forEach((id, value) -> {
            if (!id.equals(SourceSettings.OTHER) && !ID.matcher(id).matches()) {
                throw ConfigurationChecks.bad(key, "'" + id + "'", "ids of 0 to 255, and " + SourceSettings.OTHER);
            }
            if (value == null || value < 0 || value > 255) {
                throw ConfigurationChecks.bad(key + "." + id, value, "a class, or 255 for ignored");
            }
        });
        boolean classes = tasks.stream()
                .map(ReferenceTask::of)
                .anyMatch(Set.of(ReferenceTask.SEMSEG, ReferenceTask.HUMAN_PARTS)::contains);
        if (!values.isEmpty() && !classes) {
            throw ConfigurationChecks.bad(key, values, "none: only segmentation and human parts have classes");
        }
    }

    private static boolean weighsPixels(String task, TrainingConfiguration c) {
        ReferenceTask wanted = ReferenceTask.of(task);
        Optional<String> given = c.loss().entrySet().stream()
                .filter(entry -> ReferenceTask.of(entry.getKey()) == wanted)
                .findFirst()
                .flatMap(entry -> entry.getValue().lossFunction());
        int outputs = switch (wanted) {
            case NORMALS -> 3;
            case SEMSEG, HUMAN_PARTS -> 2;
            default -> 1;
        };
        boolean inverse = wanted == ReferenceTask.DEPTH && c.dataset().quantity() == DepthQuantity.INVERSE_DEPTH;
        TaskKind kind = inverse ? Depth.INVERSE : wanted.kind(outputs);
        return given.map(LossFunction::of)
                .orElseGet(() -> LossFunction.of(kind))
                .weighsPixels();
    }

    private static void check(String key, SourceSettings.Weights weights) {
        double least = weights.least().orElse(0.0);
        if (!(least >= 0) || Double.isInfinite(least)) {
            throw ConfigurationChecks.bad(key + ".least", least, "0 or more");
        }
        double full = weights.full().orElse(1.0);
        if (!(full > 0) || Double.isInfinite(full)) {
            throw ConfigurationChecks.bad(key + ".full", full, "above 0");
        }
    }

    /** Those that are trained on have weights, or none of them has. */
    private static void checkWeights(List<SourceSettings> sources) {
        long trained =
                sources.stream().filter(source -> !source.train().isEmpty()).count();
        long weighted = sources.stream()
                .filter(source -> !source.train().isEmpty() && source.weight().isPresent())
                .count();
        if (weighted != 0 && weighted != trained) {
            throw new IllegalArgumentException(
                    "missing key: key='dataset.sources.weight', expected in every source that is trained on, or in none");
        }
    }
}
