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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads configurations: the defaults, then what a file {@code extends}, the file, and {@code key=value} settings.
 *
 * <p>What a file leaves out is as the pack has it that it starts from ({@link PackNetwork}), else as {@link Defaults} say: those that it names under {@code defaults} or that are asked for, else the
 * reference's where the file has the shape of one of the reference's ({@link ReferenceShape}), else Facet's. Unknown keys are errors;
 * in a file that is read as the reference's they are remarked upon and left out, since a published file can't be wrong.
 */
public final class ConfigurationReader {
    private static final String DEFAULTS = "defaults";
    private static final String EXTENDS = "extends";
    private static final int MAX_EXTENDS = 8;

    private static final ObjectMapper YAML = mapper(true);

    /** Takes the last of a key's values, as the reference's own reader does. */
    private static final ObjectMapper YAML_WITH_DUPLICATES = mapper(false);

    private ConfigurationReader() {}

    private static ObjectMapper mapper(boolean strict) {
        return YAMLMapper.builder(YAMLFactory.builder()
                        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
                        .build())
                .addModule(new Jdk8Module())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .build();
    }

    /**
     * Reads a configuration.
     *
     * @param nameOrFile YAML file, or the name of a shipped configuration
     * @param settings dotted keys and YAML values that override the file
     * @throws IllegalArgumentException saying which key is wrong
     */
    public static TrainingConfiguration read(String nameOrFile, Map<String, String> settings) throws IOException {
        return read(ConfigurationFiles.find(nameOrFile, Optional.empty()), settings, Optional.empty())
                .configuration();
    }

    /** The same from a text. */
    public static TrainingConfiguration parse(String yaml, Map<String, String> settings) throws IOException {
        return read(new ConfigurationFiles.Source("configuration", Optional.empty(), yaml), settings, Optional.empty())
                .configuration();
    }

    /**
     * The same from what was found.
     *
     * @param asked defaults that win over what the file says or looks like
     */
    public static Reading read(ConfigurationFiles.Source source, Map<String, String> settings, Optional<Defaults> asked)
            throws IOException {
        try {
            Map<String, JsonNode> values = new LinkedHashMap<>();
            for (Map.Entry<String, String> setting : settings.entrySet()) {
                values.put(setting.getKey(), YAML.readTree(setting.getValue()));
            }
            List<String> remarks = new ArrayList<>();
            ObjectNode file = withExtended(source, 0, asked, remarks);
            Defaults defaults = defaults(file, values, asked, remarks);
            ObjectNode tree = object(YAML.readTree(ConfigurationFiles.resource(defaults.resource())));
            ConfigurationTree.merge(tree, PackNetwork.of(file, values.get(PackNetwork.key())));
            ConfigurationTree.leaveOutParameters(tree, ConfigurationTree.algorithm(file));
            ConfigurationTree.merge(tree, file);
            ConfigurationTree.leaveOutParameters(tree, ConfigurationTree.algorithm(values));
            Map<String, JsonNode> later = ConfigurationTree.apply(values, tree);
            tree.put(DEFAULTS, defaults.id());
            ShortForms.respell(tree);
            ShortForms.expand(tree);
            for (Map.Entry<String, JsonNode> setting : later.entrySet()) {
                if (!ConfigurationTree.set(tree, setting.getKey(), setting.getValue())) {
                    throw new IllegalArgumentException("unknown key: key='%s', the key above it has a value of its own"
                            .formatted(setting.getKey()));
                }
            }
            // What ships is ours to keep right.
            boolean published =
                    defaults == Defaults.REFERENCE && source.folder().isPresent();
            TrainingConfiguration configuration = published
                    ? withoutUnknown(tree, settings, remarks)
                    : YAML.treeToValue(tree, TrainingConfiguration.class);
            return new Reading(configuration, remarks);
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

    /** Sources as a value of {@code dataset.sources}, without the folders that theirs lie in. */
    public static String anywhere(List<SourceSettings> sources) {
        JsonNode tree =
                YAML.valueToTree(sources.stream().map(SourceSettings::anywhere).toList());
        return tree.toString();
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

    private static ObjectNode withExtended(
            ConfigurationFiles.Source source, int depth, Optional<Defaults> asked, List<String> remarks)
            throws IOException {
        ObjectNode tree = parsed(source.text(), asked, remarks);
        ShortForms.respell(tree);
        JsonNode base = tree.remove(EXTENDS);
        if (base == null) {
            return tree;
        }
        if (!base.isTextual() || depth == MAX_EXTENDS) {
            throw new IllegalArgumentException(
                    "bad value: key='extends', value=%s, expected the name or file of a configuration, at most %d above one another"
                            .formatted(base, MAX_EXTENDS));
        }
        ObjectNode below =
                withExtended(ConfigurationFiles.find(base.textValue(), source.folder()), depth + 1, asked, remarks);
        ConfigurationTree.leaveOutParameters(below, ConfigurationTree.algorithm(tree));
        ConfigurationTree.merge(below, tree);
        return below;
    }

    private static ObjectNode parsed(String text, Optional<Defaults> asked, List<String> remarks) throws IOException {
        try {
            return object(YAML.readTree(text));
        } catch (JsonProcessingException e) {
            // Whatever is wrong beside keys that are there twice is wrong now as well.
            ObjectNode tree = object(YAML_WITH_DUPLICATES.readTree(text));
            boolean published = asked.map(Defaults.REFERENCE::equals)
                    .orElseGet(() -> ReferenceShape.missing(tree).isEmpty());
            if (!published) {
                throw e;
            }
            remarks.add("a key is there twice, and its last value counts: " + JsonReason.of(e));
            return tree;
        }
    }

    private static Defaults defaults(
            ObjectNode file, Map<String, JsonNode> settings, Optional<Defaults> asked, List<String> remarks)
            throws JsonProcessingException {
        JsonNode inFile = file.remove(DEFAULTS);
        JsonNode said = settings.containsKey(DEFAULTS) ? settings.remove(DEFAULTS) : inFile;
        if (asked.isPresent()) {
            return asked.get();
        }
        if (said != null && !said.isNull()) {
            ConfigurationChecks.oneOf(DEFAULTS, said.asText(), List.of(Defaults.FACET.id(), Defaults.REFERENCE.id()));
            return YAML.treeToValue(said, Defaults.class);
        }
        List<String> missing = ReferenceShape.missing(file);
        if (missing.isEmpty()) {
            remarks.add("read as one of the reference's files, whose keys it has: what it leaves out is as there"
                    + " (defaults: facet, or --no-reference, for Facet's defaults)");
            return Defaults.REFERENCE;
        }
        if (ReferenceShape.isHinted(file)) {
            remarks.add(
                    ("not read as one of the reference's files, since it has no %s: what it leaves out is Facet's default"
                                    + " (defaults: reference, or --reference, for the reference's)")
                            .formatted(String.join(", ", missing)));
        }
        return Defaults.FACET;
    }

    /** A published file as far as its keys are known; the others are remarked upon. */
    private static TrainingConfiguration withoutUnknown(
            ObjectNode tree, Map<String, String> settings, List<String> remarks) throws JsonProcessingException {
        List<String> unknown = new ArrayList<>();
        if (tree.get("loss") instanceof ObjectNode losses) {
            unknown.addAll(ShortForms.keepKnownLosses(losses));
        }
        while (true) {
            try {
                TrainingConfiguration configuration = YAML.treeToValue(tree, TrainingConfiguration.class);
                if (!unknown.isEmpty()) {
                    remarks.add("keys that Facet doesn't know, without effect: " + String.join(", ", unknown));
                }
                return configuration;
            } catch (UnrecognizedPropertyException e) {
                String key = YamlErrors.path(e);
                if (settings.keySet().stream().anyMatch(set -> (set + ".").startsWith(key + "."))) {
                    throw e;
                }
                ConfigurationTree.remove(tree, e.getPath());
                unknown.add(key);
            }
        }
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("configuration has no keys: expected 'key: value' lines");
    }
}
