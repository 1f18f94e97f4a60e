package dev.facet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.facet.core.json.StrictJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names and values that a command tells of a file: as JSON, or one a line for people. */
final class Facts {
    private static final String LINE = "%-18s %s%n";

    private final Map<String, Object> values = new LinkedHashMap<>();

    void put(String name, Object value) {
        values.put(name, value);
    }

    void print(boolean json) {
        if (json) {
            System.out.println(StrictJson.write(values));
        } else {
            values.forEach((name, value) -> print(name, StrictJson.read(StrictJson.write(value), JsonNode.class)));
        }
    }

    private static void print(String name, JsonNode value) {
        boolean manyObjects =
                value.isArray() && !value.isEmpty() && value.get(0).isObject();
        if (!manyObjects) {
            System.out.printf(LINE, name, text(value));
            return;
        }
        String label = name;
        for (JsonNode element : value) {
            System.out.printf(LINE, label, text(element));
            label = "";
        }
    }

    private static String text(JsonNode value) {
        List<String> parts = new ArrayList<>();
        if (value.isObject()) {
            value.properties().forEach(member -> parts.add(member.getKey() + "=" + text(member.getValue())));
        } else if (value.isArray()) {
            value.forEach(element -> parts.add(text(element)));
        } else {
            return value.asText();
        }
        return parts.isEmpty() ? "none" : String.join(", ", parts);
    }
}
