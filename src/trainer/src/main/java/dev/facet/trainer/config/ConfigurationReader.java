package dev.facet.trainer.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.facet.core.json.JsonReason;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads configurations: the defaults, then what a file {@code extends}, the file, and {@code key=value} settings. Unknown keys
 * are errors.
 *
 * <p>A file with the reference's {@code model.parameters.conv_layer} is one of the reference's: what it leaves out is as there
 * ({@code configs/reference-defaults.yaml}); in any other file it is as in {@code configs/defaults.yaml}.
 */
public final class ConfigurationReader {
    private static final String EXTENDS = "extends";
    private static final int MAX_EXTENDS = 8;
    private static final String RUN_LENGTH = "training_strategy.max_iter";
    private static final String SCHEDULE_LENGTH = "scheduler.parameters.max_iter";

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    private ConfigurationReader() {}

    /**
     * Reads a configuration.
     *
     * @param nameOrFile YAML file, or the name of a shipped configuration
     * @param settings dotted keys and YAML values that override the file
     * @throws IllegalArgumentException saying which key is wrong
     */
    public static TrainingConfiguration read(String nameOrFile, Map<String, String> settings) throws IOException {
        return read(ConfigurationFiles.find(nameOrFile, Optional.empty()), settings);
    }

    /** The same from a text. */
    public static TrainingConfiguration parse(String yaml, Map<String, String> settings) throws IOException {
        return read(new ConfigurationFiles.Source("configuration", Optional.empty(), yaml), settings);
    }

    /** The same from what was found. */
    public static TrainingConfiguration read(ConfigurationFiles.Source source, Map<String, String> settings)
            throws IOException {
        try {
            ObjectNode file = withExtended(source, 0);
            ObjectNode tree = object(YAML.readTree(ConfigurationFiles.resource(defaults(file))));
            leaveOutParameters(tree, algorithm(file));
            merge(tree, file);
            leaveOutParameters(tree, algorithm(settings));
            Map<String, JsonNode> later = apply(settings, tree);
            ShortForms.expand(tree);
            for (Map.Entry<String, JsonNode> setting : later.entrySet()) {
                if (!set(tree, setting.getKey(), setting.getValue())) {
                    throw new IllegalArgumentException("unknown key: key='%s', the key above it has a value of its own"
                            .formatted(setting.getKey()));
                }
            }
            return YAML.treeToValue(tree, TrainingConfiguration.class);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "unknown key: key='%s'%s"
                            .formatted(YamlErrors.path(e), Suggestion.of(e.getPropertyName(), e.getKnownPropertyIds())),
                    e);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    "bad value: key='%s', %s".formatted(YamlErrors.path(e), JsonReason.of(e)), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not YAML: " + JsonReason.of(e), e);
        }
    }

    /** The configuration as YAML: complete, and read again as the same. */
    public static String write(TrainingConfiguration configuration) {
        try {
            return YAML.writeValueAsString(configuration);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("configuration can't be written (bug)", e);
        }
    }

    /** The value of every key as YAML has it, by dotted key and in the order of the file; a list is one value. */
    public static Map<String, String> values(TrainingConfiguration configuration) {
        Map<String, String> values = new LinkedHashMap<>();
        JsonNode tree = YAML.valueToTree(configuration);
        collect("", tree, values);
        return values;
    }

    private static void collect(String key, JsonNode node, Map<String, String> values) {
        if (node instanceof ObjectNode object) {
            String above = key.isEmpty() ? "" : key + ".";
            object.properties().forEach(entry -> collect(above + entry.getKey(), entry.getValue(), values));
        } else {
            values.put(key, node.asText().isEmpty() ? node.toString() : node.asText());
        }
    }

    private static ObjectNode withExtended(ConfigurationFiles.Source source, int depth) throws IOException {
        ObjectNode tree = object(YAML.readTree(source.text()));
        JsonNode base = tree.remove(EXTENDS);
        if (base == null) {
            return tree;
        }
        if (!base.isTextual() || depth == MAX_EXTENDS) {
            throw new IllegalArgumentException(
                    "bad value: key='extends', value=%s, expected the name or file of a configuration, at most %d above one another"
                            .formatted(base, MAX_EXTENDS));
        }
        ObjectNode below = withExtended(ConfigurationFiles.find(base.textValue(), source.folder()), depth + 1);
        leaveOutParameters(below, algorithm(tree));
        merge(below, tree);
        return below;
    }

    private static String defaults(ObjectNode file) {
        boolean reference = file.path("model").path("parameters").hasNonNull("conv_layer");
        return reference ? "reference-defaults" : "defaults";
    }

    private static Optional<String> algorithm(ObjectNode tree) {
        return Optional.ofNullable(tree.path("optimizer").path("algorithm").asText(null));
    }

    private static Optional<String> algorithm(Map<String, String> settings) throws IOException {
        String whole = settings.get("optimizer");
        String single = settings.get("optimizer.algorithm");
        return single == null && whole != null
                ? Optional.ofNullable(YAML.readTree(whole).path("algorithm").asText(null))
                : Optional.ofNullable(single);
    }

    /** What is changed to another algorithm keeps of its parameters only those that every algorithm has. */
    private static void leaveOutParameters(ObjectNode tree, Optional<String> algorithm) {
        boolean another =
                algorithm.isPresent() && !algorithm.get().equals(algorithm(tree).orElse("SGD"));
        if (another && tree.path("optimizer").get("parameters") instanceof ObjectNode parameters) {
            parameters.retain(OptimizerConfiguration.COMMON_PARAMETERS);
        }
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("configuration has no keys: expected 'key: value' lines");
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

    /** Applies settings; what lies below a short form is left for later, when that is a full one. */
    private static Map<String, JsonNode> apply(Map<String, String> settings, ObjectNode tree) throws IOException {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            values.put(setting.getKey(), YAML.readTree(setting.getValue()));
        }
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

    private static JsonNode at(ObjectNode tree, String key) {
        return tree.at("/" + key.replace('.', '/'));
    }

    /**
     * Sets a key; maps on the way are made, and what isn't known in them is found when the configuration is made.
     *
     * @return whether there was no value in the way
     */
    private static boolean set(ObjectNode tree, String key, JsonNode value) {
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
}
