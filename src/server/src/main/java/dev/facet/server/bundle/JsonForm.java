package dev.facet.server.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.server.response.Body;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Parts as JSON: what is JSON already stands in it as it is, everything else in base64. */
final class JsonForm {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonForm() {}

    static Body body(List<Part> parts) {
        List<Body> pieces = new ArrayList<>();
        String before = "{\"parts\":[";
        for (Part part : parts) {
            boolean isJson = part.mediaType().equals("application/json");
            String member = part.isFailed() ? "problem" : isJson ? "prediction" : "base64";
            String quote = part.isFailed() || isJson ? "" : "\"";
            String members = json(members(part));
            pieces.add(text(before + members.substring(0, members.length() - 1) + ",\"" + member + "\":" + quote));
            pieces.add(quote.isEmpty() ? part.content() : Base64Chunks.of(part.content()));
            before = quote + "},";
        }
        pieces.add(text((before.endsWith(",") ? before.substring(0, before.length() - 1) : before) + "]}"));
        return Pieces.together(pieces);
    }

    /** What the parts are, without their content, for a file beside them. */
    static byte[] index(List<Part> parts) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Part part : parts) {
            Map<String, Object> members = members(part);
            if (part.isFailed()) {
                members.put("problem", tree(part.content().whole()));
            }
            members.put("file", part.fileName());
            all.add(members);
        }
        return json(Map.of("parts", all)).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> members(Part part) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", part.name());
        if (!part.isFailed()) {
            members.put("mediaType", part.mediaType());
            members.put("headers", new TreeMap<>(part.headers()));
        }
        return members;
    }

    private static JsonNode tree(byte[] document) {
        try {
            return MAPPER.readTree(document);
        } catch (IOException e) {
            throw new IllegalStateException("problem isn't JSON (bug)", e);
        }
    }

    private static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("part isn't JSON-compatible (bug)", e);
        }
    }

    private static Body text(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
