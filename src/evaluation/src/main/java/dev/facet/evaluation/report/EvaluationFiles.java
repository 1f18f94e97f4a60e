package dev.facet.evaluation.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.facet.core.json.JsonReason;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluations that were written as JSON. */
public final class EvaluationFiles {
    private static final long MAX_BYTES = 16 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(16).build())
                    .build())
            .build();

    private EvaluationFiles() {}

    /**
     * Reads a file of evaluations: one object, several after one another, or a list.
     *
     * @throws IllegalArgumentException naming the file, if it isn't that
     * @throws IOException if it can't be read
     */
    public static List<Evaluation> read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IllegalArgumentException("evaluations too long: bytes=%d, expected at most %d [file=%s]"
                    .formatted(Files.size(file), MAX_BYTES, file));
        }
        List<Evaluation> all = new ArrayList<>();
        try (MappingIterator<JsonNode> nodes = MAPPER.readerFor(JsonNode.class).readValues(Files.readString(file))) {
            while (nodes.hasNextValue()) {
                JsonNode node = nodes.nextValue();
                if (node.isArray()) {
                    node.forEach(each -> all.add(evaluation(each, file)));
                } else {
                    all.add(evaluation(node, file));
                }
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "evaluations aren't JSON: %s [file=%s]".formatted(JsonReason.of(e), file), e);
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("no evaluations: [file=%s]".formatted(file));
        }
        return all;
    }

    private static Evaluation evaluation(JsonNode node, Path file) {
        String task = node.path("task").asText();
        if (!TaskKind.IDS.contains(task) || !node.path("scores").isObject()) {
            throw new IllegalArgumentException("no evaluation: task='%s', expected one of %s and scores [file=%s]"
                    .formatted(task, TaskKind.IDS, file));
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        node.get("scores").properties().forEach(field -> {
            if (field.getValue().isNumber()) {
                scores.put(field.getKey(), field.getValue().doubleValue());
            }
        });
        return new Evaluation(
                node.path("pack").asText(""),
                node.path("digest").asText(""),
                task,
                node.path("dataset").asText(""),
                node.path("split").asText(""),
                node.path("images").asInt(0),
                scores,
                Map.of());
    }
}
