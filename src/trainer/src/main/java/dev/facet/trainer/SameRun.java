package dev.facet.trainer;

import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.loop.RunSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether two configurations are of one run: what changes its bits is the same. */
final class SameRun {
    private static final String DIFFERENT = "%s=%s, expected %s as the run began";

    private SameRun() {}

    /**
     * A configuration with what it sets.
     *
     * @param configuration what the file says
     * @param settings what a run makes of it and of its data
     */
    record Side(TrainingConfiguration configuration, RunSettings settings) {}

    /**
     * A part of the settings.
     *
     * @param keys the keys that it comes from, those below them included
     * @param value what it is
     */
    private record Part(List<String> keys, Object value) {
        boolean isOneValue() {
            return value instanceof Number || value instanceof String;
        }

        boolean comesFrom(String key) {
            return keys.stream().anyMatch(each -> key.equals(each) || key.startsWith(each + "."));
        }
    }

    /** The first difference in words; empty where there is none. */
    static String firstDifference(Side before, Side now) {
        List<Part> old = parts(before.settings());
        List<Part> parts = parts(now.settings());
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            Object was = old.get(i).value();
            if (!part.value().equals(was)) {
                return part.isOneValue()
                        ? DIFFERENT.formatted(part.keys().get(0), part.value(), was)
                        : difference(part, before.configuration(), now.configuration());
            }
        }
        return "";
    }

    /** The first of a part's keys that has another value. */
    private static String difference(Part part, TrainingConfiguration before, TrainingConfiguration now) {
        Map<String, String> old = ConfigurationReader.values(before);
        Map<String, String> values = ConfigurationReader.values(now);
        Set<String> keys = new LinkedHashSet<>(values.keySet());
        keys.addAll(old.keySet());
        for (String key : keys) {
            String value = values.getOrDefault(key, "none");
            String was = old.getOrDefault(key, "none");
            if (part.comesFrom(key) && !value.equals(was)) {
                return DIFFERENT.formatted(key, value, was);
            }
        }
        // No key has another text: the values that it stands for differ all the same.
        return "%s, expected as the run began".formatted(String.join(" or ", part.keys()));
    }

    private static List<Part> parts(RunSettings settings) {
        return List.of(
                new Part(List.of("seed"), settings.seed()),
                new Part(List.of("training_strategy.max_iter"), settings.steps()),
                new Part(List.of("training_strategy.ema"), settings.averageDecay()),
                new Part(
                        List.of("training_strategy.precision"),
                        settings.precision().id()),
                new Part(
                        List.of(
                                "training_strategy.select_by",
                                "training_strategy.export",
                                "training_strategy.early_stopping"),
                        settings.selection()),
                new Part(
                        List.of(
                                "dataset.tasks_weighting",
                                "dataset.unlabelled_is_a_class",
                                "dataset.counted",
                                "dataset.axes",
                                "dataset.quantity",
                                "model.architecture",
                                "model.modulation",
                                "model.modulated_from",
                                "model.norms",
                                "model.parameters",
                                "optimizer.roles",
                                "loss"),
                        settings.tasks()),
                new Part(List.of("model.parameters", "reference_bugs"), settings.joint()),
                new Part(List.of("input", "val_dataloader.dataset_args.augmentations"), settings.policy()),
                new Part(List.of("train_dataloader.dataset_args.augmentations"), settings.views()),
                new Part(
                        List.of("train_dataloader.dataloader_args.batch_size"),
                        settings.batching().size()),
                new Part(
                        List.of("train_dataloader.dataloader_args.last_batch"),
                        settings.batching().last().id()),
                new Part(
                        List.of("training_strategy.accumulate"),
                        settings.batching().accumulated()),
                new Part(List.of("scheduler", "optimizer.parameters.lr"), settings.schedule()),
                new Part(List.of("optimizer"), settings.optimizer()),
                new Part(List.of("logger.val_log_iter"), settings.intervals().validate()));
    }
}
