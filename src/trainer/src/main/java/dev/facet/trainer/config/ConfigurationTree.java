package dev.facet.trainer.config;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is done to a configuration while it is still a tree of keys. */
final class ConfigurationTree {
    private static final String RUN_LENGTH = "training_strategy.max_iter";
    private static final String SCHEDULE_LENGTH = "scheduler.parameters.max_iter";

    private ConfigurationTree() {}

    /** Puts the keys of {@code source} into {@code target}; maps that both have are joined. */
    static void merge(ObjectNode target, ObjectNode source) {
        source.properties().forEach(entry -> {
            JsonNode old = target.get(entry.getKey());
            if (old instanceof ObjectNode below && entry.getValue() instanceof ObjectNode changes) {
                merge(below, changes);
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        });
    }

    /** Applies settings; what lies below a short form is left for later, when that is a full one. */
    static Map<String, JsonNode> apply(Map<String, JsonNode> settings, ObjectNode tree) {
        Map<String, JsonNode> values = new LinkedHashMap<>(settings);
        if (values.containsKey(RUN_LENGTH) && !values.containsKey(SCHEDULE_LENGTH)) {
            // A schedule that ends with the run goes on doing so.
            JsonNode end = at(tree, SCHEDULE_LENGTH);
            if (end.isNumber() && end.equals(at(tree, RUN_LENGTH))) {
                values.put(SCHEDULE_LENGTH, values.get(RUN_LENGTH));
            }
        }
        values.entrySet().removeIf(setting -> set(tree, setting.getKey(), setting.getValue()));
        return values;
    }

    /** What is at a dotted key; missing where nothing is. */
    static JsonNode at(JsonNode tree, String key) {
        return tree.at("/" + key.replace('.', '/'));
    }

    /**
     * Sets a key; maps on the way are made, and what isn't known in them is found when the configuration is made.
     *
     * @return whether there was no value in the way
     */
    static boolean set(ObjectNode tree, String key, JsonNode value) {
        String[] steps = key.split("\\.", -1);
        ObjectNode node = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            JsonNode below = node.get(steps[i]);
            if (below == null || below.isNull()) {
                node = node.putObject(steps[i]);
            } else if (below instanceof ObjectNode object) {
                node = object;
            } else {
                return false;
            }
        }
        String last = steps[steps.length - 1];
        if (node.get(last) instanceof ObjectNode old && value instanceof ObjectNode changes) {
            merge(old, changes);
        } else {
            node.set(last, value);
        }
        return true;
    }

    /** Takes out what a failure is about. */
    static void remove(ObjectNode tree, List<JsonMappingException.Reference> path) {
        JsonNode node = tree;
        for (JsonMappingException.Reference step : path.subList(0, path.size() - 1)) {
            node = step.getFieldName() != null ? node.path(step.getFieldName()) : node.path(step.getIndex());
        }
        JsonMappingException.Reference last = path.get(path.size() - 1);
        if (node instanceof ObjectNode object) {
            object.remove(last.getFieldName());
        } else if (node instanceof ArrayNode array) {
            array.remove(last.getIndex());
        }
    }

    /** What is changed to another algorithm keeps of its parameters only those that every algorithm has. */
    static void leaveOutParameters(ObjectNode tree, Optional<String> algorithm) {
        boolean another =
                algorithm.isPresent() && !algorithm.get().equals(algorithm(tree).orElse("SGD"));
        if (another && tree.path("optimizer").get("parameters") instanceof ObjectNode parameters) {
            parameters.retain(OptimizerConfiguration.COMMON_PARAMETERS);
        }
    }

    /** The optimizer's algorithm, where it is given. */
    static Optional<String> algorithm(JsonNode tree) {
        return Optional.ofNullable(tree.path("optimizer").path("algorithm").asText(null));
    }

    /** The same of settings. */
    static Optional<String> algorithm(Map<String, JsonNode> settings) {
        JsonNode whole = settings.get("optimizer");
        JsonNode single = settings.get("optimizer.algorithm");
        if (single != null) {
            return Optional.ofNullable(single.asText(null));
        }
        return whole == null
                ? Optional.empty()
                : Optional.ofNullable(whole.path("algorithm").asText(null));
    }
}
