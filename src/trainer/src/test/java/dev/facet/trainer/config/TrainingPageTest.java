package dev.facet.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.facet.core.PageTable;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** docs/training.md lists the keys that a configuration has, with their defaults. */
class TrainingPageTest {
    private static final Set<String> SHORT_FORMS = Set.of("dataset.task", "loss.weight", "loss.positive_weight");
    private static final List<String> LOADERS = List.of("train_dataloader", "val_dataloader", "sample_imgs_dataloader");

    /** Every key: those with a value, and those above them. */
    private record Keys(Set<String> values, Set<String> above) {
        static Keys all() {
            Keys keys = new Keys(new LinkedHashSet<>(), new LinkedHashSet<>());
            keys.add("", TrainingConfiguration.class);
            return keys;
        }

        private void add(String prefix, Class<?> type) {
            for (RecordComponent component : type.getRecordComponents()) {
                JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
                String key = prefix + (named == null ? component.getName() : named.value());
                Type inner = component.getGenericType();
                if (inner instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
                    inner = optional.getActualTypeArguments()[0];
                }
                if (inner instanceof ParameterizedType map && map.getRawType() == Map.class) {
                    inner = map.getActualTypeArguments()[1];
                    if (isRecord(inner)) {
                        above.add(key);
                        key += ".TASK";
                    }
                }
                if (isRecord(inner)) {
                    above.add(key);
                    add(key + ".", (Class<?>) inner);
                } else {
                    values.add(key);
                }
            }
        }

        private static boolean isRecord(Type type) {
            return type instanceof Class<?> plain && plain.isRecord();
        }
    }

    /** A row of the page, its keys written out. */
    private record Row(List<String> keys, String usual, String text) {
        static Row of(List<String> cells) {
            List<String> keys = new ArrayList<>();
            String first = "";
            for (String name : PageTable.code(cells.get(0))) {
                String key = name.contains(".") || first.isEmpty()
                        ? name
                        : first.substring(0, first.lastIndexOf('.') + 1) + name;
                first = first.isEmpty() ? key : first;
                keys.add(key);
            }
            return new Row(keys, cells.get(1), String.join(" ", cells));
        }

        /** Whether it says something of a key: names it, or one above it and its last name. */
        boolean tells(String key) {
            String last = key.substring(key.lastIndexOf('.') + 1);
            return keys.stream()
                    .map(own -> own.replace(".ROLE", ""))
                    .anyMatch(own -> key.equals(own) || key.startsWith(own + ".") && text.contains("`" + last + "`"));
        }
    }

    private static List<Row> rows() throws IOException {
        return PageTable.rows("training.md", "key", "default (reference's files)").stream()
                .map(Row::of)
                .toList();
    }

    @Test
    void listsNoKeyThatIsNone() throws IOException {
        Keys keys = Keys.all();
        List<String> listed =
                rows().stream().flatMap(row -> row.keys().stream()).toList();
        assertThat(listed)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(40)
                .allSatisfy(key -> assertThat(keys.values().contains(key)
                                || keys.above().contains(key.replace(".ROLE", ""))
                                || SHORT_FORMS.contains(key))
                        .as(key)
                        .isTrue());
    }

    @Test
    void listsEveryKey() throws IOException {
        List<Row> rows = rows();
        List<String> missing = new ArrayList<>();
        for (String key : Keys.all().values()) {
            // The loaders have the same keys.
            boolean told = LOADERS.stream()
                    .map(loader -> key.replaceFirst("^[a-z_]+_dataloader", loader))
                    .anyMatch(same -> rows.stream().anyMatch(row -> row.tells(same)));
            if (!told) {
                missing.add(key);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void listsTheDefaults() throws IOException {
        Map<String, String> facet = values(Defaults.FACET);
        Map<String, String> reference = values(Defaults.REFERENCE);
        int compared = 0;
        for (Row row : rows()) {
            String usual = row.usual().replace("`", "");
            String key = row.keys().get(0);
            if (row.keys().size() > 1
                    || !usual.matches("true|false|[0-9\\[].*|[a-z0-9]+( .*)?")
                    || !facet.containsKey(key)) {
                continue;
            }
            String own = facet.get(key);
            if (own.equals("null") || key.equals("defaults")) {
                // It follows from other things, which the page says in words.
                continue;
            }
            String theirs = reference.get(key);
            assertThat(usual).as(key).startsWith(own);
            if (own.equals(theirs)) {
                assertThat(usual).as(key).isEqualTo(own);
            } else if (theirs != null && !theirs.equals("null")) {
                assertThat(usual).as(key).isEqualTo("%s (%s)".formatted(own, theirs));
            }
            compared++;
        }
        assertThat(compared).as("defaults of the page").isGreaterThan(20);
    }

    private static Map<String, String> values(Defaults defaults) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        ConfigurationReader.values(ConfigurationReader.parse("defaults: " + defaults.id(), Map.of()))
                .forEach((key, value) -> values.put(key, value.replaceFirst("\\.0$", "")));
        return values;
    }
}
