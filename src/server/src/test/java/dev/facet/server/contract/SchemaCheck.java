package dev.facet.server.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Holds JSON against the schemas of an OpenAPI 3.0 document, as far as ours go: types, members, values and patterns. */
final class SchemaCheck {
    private final JsonNode document;

    SchemaCheck(JsonNode document) {
        this.document = document;
    }

    /** What is wrong, each with its place; empty where nothing is. */
    List<String> faults(JsonNode schema, JsonNode value) {
        List<String> faults = new ArrayList<>();
        check("", schema, value, faults);
        return faults;
    }

    private void check(String where, JsonNode schema, JsonNode value, List<String> faults) {
        if (schema.isMissingNode()) {
            faults.add(where + ": no schema");
            return;
        }
        if (schema.has("$ref")) {
            check(where, document.at(schema.path("$ref").asText().substring(1)), value, faults);
            return;
        }
        if (value.isNull() && schema.path("nullable").asBoolean()) {
            return;
        }
        schema.path("allOf").forEach(each -> check(where, each, value, faults));
        if (!isOf(schema.path("type").asText(), value)) {
            faults.add("%s: %s isn't of type %s".formatted(where, value, schema.path("type")));
            return;
        }
        if (schema.has("pattern")
                && !value.asText().matches(schema.path("pattern").asText())) {
            faults.add("%s: %s hasn't the pattern %s".formatted(where, value, schema.path("pattern")));
        }
        if (schema.has("enum") && !values(schema.path("enum")).contains(value.asText())) {
            faults.add("%s: %s is none of %s".formatted(where, value, schema.path("enum")));
        }
        schema.path("required").forEach(member -> {
            if (!value.has(member.asText())) {
                faults.add("%s: no member %s".formatted(where, member));
            }
        });
        value.properties().forEach(member -> {
            JsonNode known = schema.path("properties").path(member.getKey());
            JsonNode inside = known.isMissingNode() ? schema.path("additionalProperties") : known;
            if (!inside.isMissingNode()) {
                check(where + "/" + member.getKey(), inside, member.getValue(), faults);
            }
        });
        if (value.isArray()) {
            value.forEach(element -> check(where + "/…", schema.path("items"), element, faults));
        }
    }

    private static boolean isOf(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
        };
    }

    private static List<String> values(JsonNode array) {
        List<String> values = new ArrayList<>();
        array.forEach(value -> values.add(value.asText()));
        return values;
    }
}
