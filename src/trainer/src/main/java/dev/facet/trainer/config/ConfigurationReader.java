package dev.facet.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads configurations: the defaults, then a file, then {@code key=value} settings. Unknown keys are errors. */
public final class ConfigurationReader {
    private static final long MAX_BYTES = 1 << 20;

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private ConfigurationReader() {}

    /**
     * Reads a configuration.
     *
     * @param file YAML; what it leaves out is as in {@code configs/defaults.yaml}
     * @param settings dotted keys and YAML values that override the file
     * @throws IllegalArgumentException saying which key is wrong
     */
    public static TrainingConfiguration read(Path file, Map<String, String> settings) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "configuration too long: bytes=%d, expected at most %d".formatted(Files.size(file), MAX_BYTES));
        }
        return parse(Files.readString(file), settings);
    }

    /** The same from a text. */
    public static TrainingConfiguration parse(String yaml, Map<String, String> settings) throws IOException {
        try {
            ObjectNode tree = defaults();
            merge(tree, object(YAML.readTree(yaml)));
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                set(tree, setting.getKey(), YAML.readTree(setting.getValue()));
            }
            return YAML.treeToValue(tree, TrainingConfiguration.class);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "unknown key: key='%s'%s"
                            .formatted(path(e), suggestion(e.getPropertyName(), e.getKnownPropertyIds())),
                    e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    "bad value: key='%s', %s".formatted(path(e), firstLine(e.getOriginalMessage())), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not YAML: " + firstLine(e.getOriginalMessage()), e);
        }
    }

    /** The configuration as YAML. */
    public static String write(TrainingConfiguration configuration) {
        try {
            return YAML.writeValueAsString(configuration);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("configuration can't be written (bug)", e);
        }
    }

    private static ObjectNode defaults() throws IOException {
        try (InputStream in =
                ConfigurationReader.class.getResourceAsStream("/dev/facet/trainer/configs/defaults.yaml")) {
            return object(YAML.readTree(in));
        }
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("configuration is not a map of keys: found=" + node.getNodeType());
    }

    private static void merge(ObjectNode target, ObjectNode source) {
        source.properties().forEach(entry -> {
            JsonNode old = target.get(entry.getKey());
            if (old instanceof ObjectNode below && entry.getValue() instanceof ObjectNode changes) {
                merge(below, changes);
            } else {
                target.set(entry.getKey(), entry.getValue());
            }
        });
    }

    private static void set(ObjectNode tree, String key, JsonNode value) {
        String[] steps = key.split("\\.");
        ObjectNode node = tree;
        for (int i = 0; i < steps.length - 1; i++) {
            JsonNode below = node.get(steps[i]);
            if (!(below instanceof ObjectNode)) {
                List<String> known = new java.util.ArrayList<>();
                node.fieldNames().forEachRemaining(known::add);
                throw new IllegalArgumentException(
                        "unknown key: key='%s'%s".formatted(key, suggestion(steps[i], known)));
            }
            node = (ObjectNode) below;
        }
        node.set(steps[steps.length - 1], value);
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (!path.isEmpty()) {
                path.append('.');
            }
            path.append(step.getFieldName() != null ? step.getFieldName() : step.getIndex());
        }
        return path.toString();
    }

    private static String suggestion(String key, Collection<?> known) {
        String best = null;
        int distance = Integer.MAX_VALUE;
        for (Object candidate : known) {
            int candidateDistance = distance(key, candidate.toString());
            if (candidateDistance < distance) {
                distance = candidateDistance;
                best = candidate.toString();
            }
        }
        return best == null ? "" : ", did you mean '%s'? known=%s".formatted(best, known);
    }

    /** Levenshtein's distance, ignoring case. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                row[j] = Math.min(Math.min(row[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }
            previous = row;
        }
        return previous[b.length()];
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }
}
