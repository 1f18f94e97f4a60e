package dev.facet.trainer.table;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.facet.core.file.AtomicFile;
import dev.facet.trainer.network.Movement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What came out of a cell, one JSON file.
 *
 * @param kind task kind
 * @param dataset name of the data set
 * @param split split that was scored
 * @param images images of it
 * @param scores by name; fractions, degrees or metres
 * @param validation the score on val that weights are chosen by, larger is better (degrees and metres are negated)
 * @param step step of the weights that were scored
 * @param steps steps of the run
 * @param trainedParameters numbers that were trained, decoder included
 * @param trainedEncoder those of the encoder alone
 * @param roles by role how much was trained, and how far it went from where it began; none in results of earlier versions
 * @param seconds time in training steps
 * @param imagesPerSecond views by that time
 * @param configuration SHA-256 of the effective configuration without folders
 * @param bank fingerprint of the bank
 * @param pack SHA-256 of the pack
 * @param commit commit of the sources, where it is known
 */
public record CellResult(
        String method,
        String task,
        long seed,
        String kind,
        String dataset,
        String split,
        int images,
        Map<String, Double> scores,
        Optional<Double> validation,
        int step,
        int steps,
        long trainedParameters,
        long trainedEncoder,
        Map<String, Movement> roles,
        double seconds,
        double imagesPerSecond,
        String configuration,
        String bank,
        String pack,
        Optional<String> commit) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
            .build();

    public CellResult {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        roles = roles == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(roles));
    }

    /** The cell that this is of. */
    public Cell cell() {
        return new Cell(method, task, seed);
    }

    /** Whether an earlier version wrote it: its digest is of a configuration with other keys, and can't be compared. */
    public boolean comesFromEarlierVersion() {
        return roles.isEmpty();
    }

    private static Path file(Path folder, Cell cell) {
        return folder.resolve("cells").resolve(cell.fileName() + ".json");
    }

    /** Writes the result into the folder of a table, whole or not at all. */
    public void write(Path folder) throws IOException {
        String json;
        try {
            json = JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("result can't be written (bug)", e);
        }
        AtomicFile.write(file(folder, cell()), json + "\n");
    }

    /**
     * The result of a cell; empty where it isn't finished.
     *
     * @throws IllegalArgumentException if the file isn't one
     */
    public static Optional<CellResult> read(Path folder, Cell cell) throws IOException {
        Path file = file(folder, cell);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), CellResult.class));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "not a finished cell: file=%s, expected what 'facet experiment' wrote".formatted(file), e);
        }
    }
}
