package dev.facet.trainer.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.facet.core.json.JsonReason;
import dev.facet.trainer.config.ConfigurationFiles;
import dev.facet.trainer.config.ConfigurationReader;
import dev.facet.trainer.config.Suggestion;
import dev.facet.trainer.config.TrainingConfiguration;
import dev.facet.trainer.config.YamlErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of experiments: a cell for each row, task and seed; a row is a method, or one value of a method's grid. A cell's configuration is that of the table, changed by the
 * {@code settings} of the table, of the task, of the method, and of the method for that task, in this order, by the value of the
 * method's grid, and by the seed.
 *
 * @param title what it is about
 * @param configuration name or file of the configuration that all cells start from; empty: the defaults
 * @param data folder of the data sets' folders
 * @param seeds seeds; cells of one seed see the same views in the same order
 * @param split split that finished packs are scored on
 * @param baseline method that Δm is measured against; empty for none
 * @param compare rows whose differences are reported beside those from the baseline
 * @param settings dotted keys and values
 * @param tasks by name
 * @param methods by name
 */
public record ExperimentTable(
        String title,
        Optional<String> configuration,
        String data,
        List<Long> seeds,
        String split,
        Optional<String> baseline,
        List<Pair> compare,
        Map<String, JsonNode> settings,
        Map<String, Task> tasks,
        Map<String, Method> methods) {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}";

    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public ExperimentTable {
        title = required("title", title);
        data = required("data", data);
        split = required("split", split);
        seeds = List.copyOf(required("seeds", seeds));
        compare = compare == null ? List.of() : List.copyOf(compare);
        settings = ordered(settings);
        tasks = ordered(required("tasks", tasks));
        methods = ordered(required("methods", methods));
        if (seeds.isEmpty() || tasks.isEmpty() || methods.isEmpty()) {
            throw new IllegalArgumentException("table without cells: seeds=%s, tasks=%s, methods=%s"
                    .formatted(seeds, tasks.keySet(), methods.keySet()));
        }
        for (Map.Entry<String, Task> task : tasks.entrySet()) {
            checkName("tasks", task.getKey());
            required("tasks." + task.getKey(), task.getValue());
        }
        for (Map.Entry<String, Method> method : methods.entrySet()) {
            checkName("methods", method.getKey());
            required("methods." + method.getKey(), method.getValue());
            for (Map.Entry<String, Map<String, JsonNode>> own :
                    method.getValue().byTask().entrySet()) {
                String key = "methods.%s.byTask.%s".formatted(method.getKey(), own.getKey());
                required(key, own.getValue());
                if (!tasks.containsKey(own.getKey())) {
                    throw new IllegalArgumentException(
                            "no such task: key='%s'%s".formatted(key, Suggestion.of(own.getKey(), tasks.keySet())));
                }
            }
        }
        Set<String> rows = rows(methods).keySet();
        baseline.ifPresent(row -> checkRow("baseline", row, rows));
        for (Pair pair : compare) {
            checkRow("compare", pair.method(), rows);
            checkRow("compare", pair.against(), rows);
        }
    }

    private static void checkRow(String key, String row, Set<String> rows) {
        if (!rows.contains(row)) {
            throw new IllegalArgumentException(
                    "no such method: key='%s', value='%s', expected=%s".formatted(key, row, rows));
        }
    }

    /**
     * Two rows to compare.
     *
     * @param method the one whose difference is given
     * @param against the one that it is measured from
     */
    public record Pair(String method, String against) {
        public Pair {
            method = required("method", method);
            against = required("against", against);
        }
    }

    /**
     * A task of a table.
     *
     * @param folder its data set's, below the table's {@code data}
     * @param kind what its cells are scored by; empty: the only kind that they train
     * @param settings dotted keys and values
     */
    public record Task(String folder, Optional<String> kind, Map<String, JsonNode> settings) {
        public Task {
            folder = required("folder", folder);
            settings = ordered(settings);
        }
    }

    /**
     * A method of a table.
     *
     * @param settings dotted keys and values
     * @param byTask more of them for single tasks
     * @param grid values to choose among, each a row of its own; empty: the method is one row
     */
    public record Method(
            Map<String, JsonNode> settings, Map<String, Map<String, JsonNode>> byTask, Optional<Grid> grid) {
        public Method {
            settings = ordered(settings);
            byTask = ordered(byTask);
        }
    }

    /**
     * A search.
     *
     * @param keys dotted keys that get the value, all the same one
     * @param values different ones, of which each makes a row {@code METHOD-VALUE}
     */
    public record Grid(List<String> keys, List<JsonNode> values) {
        public Grid {
            keys = List.copyOf(required("keys", keys));
            values = List.copyOf(required("values", values));
            if (keys.isEmpty() || values.isEmpty() || Set.copyOf(values).size() < values.size()) {
                throw new IllegalArgumentException(
                        "grid: keys=%s, values=%s, expected at least one of each, all different"
                                .formatted(keys, values));
            }
        }
    }

    /**
     * A row: a method, or a method with one value of its grid.
     *
     * @param method its name among the methods
     * @param value the value of the grid; empty where there is none
     */
    public record Row(String method, Optional<JsonNode> value) {
        /** Its name, which its cells have. */
        public String name() {
            return value.map(chosen -> method + "-" + chosen.asText()).orElse(method);
        }
    }

    /** The rows by name, in the order of the methods and of their grids. */
    public Map<String, Row> rows() {
        return rows(methods);
    }

    private static Map<String, Row> rows(Map<String, Method> methods) {
        Map<String, Row> rows = new LinkedHashMap<>();
        methods.forEach((name, method) -> {
            List<Row> own = method.grid()
                    .map(grid -> grid.values().stream()
                            .map(value -> new Row(name, Optional.of(value)))
                            .toList())
                    .orElse(List.of(new Row(name, Optional.empty())));
            for (Row row : own) {
                checkName("methods." + name, row.name());
                if (rows.put(row.name(), row) != null) {
                    throw new IllegalArgumentException(
                            "two rows of one name: key='methods.%s', row='%s'".formatted(name, row.name()));
                }
            }
        });
        return Collections.unmodifiableMap(rows);
    }

    private static <T> Map<String, T> ordered(Map<String, T> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static <T> T required(String key, T value) {
        if (value == null) {
            throw new IllegalArgumentException("missing key: key='%s'".formatted(key));
        }
        return value;
    }

    private static void checkName(String key, String name) {
        if (!name.matches(NAME)) {
            throw new IllegalArgumentException("name: key='%s', value='%s', expected=%s".formatted(key, name, NAME));
        }
    }

    /**
     * Reads a table.
     *
     * @param nameOrFile YAML file, or the name of a shipped table ({@code tables/paper})
     * @throws IllegalArgumentException naming the key that is wrong
     */
    public static ExperimentTable read(String nameOrFile) throws IOException {
        String text = ConfigurationFiles.find(nameOrFile, Optional.empty()).text();
        try {
            return YAML.readValue(text, ExperimentTable.class);
        } catch (JsonMappingException e) {
            throw new IllegalArgumentException(
                    "table: key='%s', %s [file=%s]".formatted(YamlErrors.path(e), JsonReason.of(e), nameOrFile), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("table is not YAML [file=%s]".formatted(nameOrFile), e);
        }
    }

    /** All cells: first one seed of every cell, then the next. */
    public List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (long seed : seeds) {
            for (String row : rows().keySet()) {
                for (String task : tasks.keySet()) {
                    cells.add(new Cell(row, task, seed));
                }
            }
        }
        return cells;
    }

    /**
     * The cells of some patterns, as {@link Cell#matches} has them; the name of a method with a grid is that of all its rows.
     */
    public List<Cell> cells(List<String> patterns) {
        return cells().stream()
                .filter(cell -> cell.matches(patterns)
                        || new Cell(rows().get(cell.method()).method(), cell.task(), cell.seed()).matches(patterns))
                .toList();
    }

    /**
     * The configuration of a cell.
     *
     * @param dataFolder takes the place of the table's {@code data}
     * @param overrides dotted keys and YAML values that win over everything
     * @throws IllegalArgumentException naming the key that is wrong
     */
    public TrainingConfiguration configuration(Cell cell, Optional<String> dataFolder, Map<String, String> overrides)
            throws IOException {
        Task task = tasks.get(cell.task());
        Row row = rows().get(cell.method());
        Method method = methods.get(row.method());
        Map<String, JsonNode> all = new LinkedHashMap<>(settings);
        all.putAll(task.settings());
        all.putAll(method.settings());
        all.putAll(method.byTask().getOrDefault(cell.task(), Map.of()));
        row.value().ifPresent(value -> method.grid().orElseThrow().keys().forEach(key -> all.put(key, value)));
        Map<String, String> texts = new LinkedHashMap<>();
        all.forEach((key, value) -> texts.put(key, value.toString()));
        texts.put("dataset.root", "'" + dataFolder.orElse(data) + "/" + task.folder() + "'");
        texts.put("seed", Long.toString(cell.seed()));
        texts.putAll(overrides);
        try {
            return configuration.isPresent()
                    ? ConfigurationReader.read(configuration.get(), texts)
                    : ConfigurationReader.parse("{}", texts);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s [cell=%s]".formatted(e.getMessage(), cell), e);
        }
    }
}
