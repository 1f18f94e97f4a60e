package dev.facet.trainer;

import dev.facet.trainer.loop.RunSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Whether two settings are of one run: what changes its bits is the same. */
final class SameRun {
    private SameRun() {}

    /** The first difference in words; empty where there is none. */
    static String firstDifference(RunSettings before, RunSettings now) {
        Map<String, Object> old = facts(before);
        for (Map.Entry<String, Object> fact : facts(now).entrySet()) {
            Object was = old.get(fact.getKey());
            if (!Objects.equals(was, fact.getValue())) {
                return "%s=%s, expected %s as it began".formatted(fact.getKey(), fact.getValue(), was);
            }
        }
        return "";
    }

    private static Map<String, Object> facts(RunSettings settings) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("seed", settings.seed());
        facts.put("training_strategy.max_iter", settings.steps());
        facts.put("training_strategy.ema", settings.averageDecay());
        facts.put("training_strategy.precision", settings.precision().id());
        facts.put("training_strategy.select_by, export", settings.selection());
        facts.put("tasks, model and losses", settings.tasks());
        facts.put("common_mt_params, reference_bugs", settings.joint());
        facts.put("input", settings.policy());
        facts.put("augmentations", settings.views());
        facts.put("batch_size", settings.batchSize());
        facts.put("scheduler, optimizer.parameters.lr", settings.schedule());
        facts.put("optimizer", settings.optimizer());
        facts.put("logger.val_log_iter", settings.intervals().validate());
        return facts;
    }
}
