package dev.facet.server.management;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.registry.Traffic;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * How requests are to be divided.
 *
 * @param weights percent by version
 */
@Schema(description = "How requests are to be divided", additionalProperties = Schema.False.class)
record TrafficWeights(
        @Schema(
                required = true,
                minProperties = 2,
                maxProperties = 10,
                examples = "{\"1\": 95, \"2\": 5}",
                description =
                        "percent by version: whole numbers from 0 to 100 that add up to 100; the active version is one of them")
        Map<String, Integer> weights) {
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String EXPECTED =
            "{\"weights\": {\"1\": 95, \"2\": 5}}, 2 to 10 versions and whole percentages that add up to 100";

    /**
     * Reads a body. Whether there are such versions is the registry's to say.
     *
     * @throws ProblemException 400 for one of another form, 413 for one that is too large
     */
    static TrafficWeights read(InputStream body) throws IOException {
        try {
            JsonNode document = JSON.readTree(SmallBody.bytes(body));
            JsonNode weights = document == null ? null : document.get("weights");
            if (weights == null || document.size() != 1 || !weights.isObject()) {
                throw invalid("another form");
            }
            Map<String, Integer> read = new TreeMap<>();
            for (Map.Entry<String, JsonNode> entry : weights.properties()) {
                if (!PackManifest.isVersion(entry.getKey())) {
                    throw invalid("a version that is none, [0-9]{1,9}");
                }
                if (!entry.getValue().isInt()) {
                    throw invalid("version='%s' without a whole number".formatted(entry.getKey()));
                }
                read.put(entry.getKey(), entry.getValue().intValue());
            }
            Traffic.checkWeights(read);
            return new TrafficWeights(read);
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        } catch (JsonProcessingException e) {
            throw invalid("no JSON, or a version twice");
        }
    }

    /** @param found what is wrong */
    private static ProblemException invalid(String found) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, "body: %s, expected %s".formatted(found, EXPECTED));
    }
}
