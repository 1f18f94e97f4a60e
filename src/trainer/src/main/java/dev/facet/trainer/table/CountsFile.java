package dev.facet.trainer.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.facet.core.file.AtomicFile;
import dev.facet.evaluation.metric.ImageCounts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * What was counted on each image of a cell, beside its result: {@code cells/CELL.images.json.gz}, an object with {@code kind} and,
 * by image, the numbers of {@link ImageCounts}.
 */
public final class CountsFile {
    private static final int MAX_BYTES = 64 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private CountsFile() {}

    private record Content(String kind, SortedMap<String, Number[]> images) {}

    private static Path file(Path folder, Cell cell) {
        return folder.resolve("cells").resolve(cell.fileName() + ".images.json.gz");
    }

    /** Writes the counts into the folder of a table, whole or not at all. */
    public static void write(Path folder, Cell cell, ImageCounts counts) throws IOException {
        SortedMap<String, Number[]> images = new TreeMap<>();
        counts.images().forEach((id, values) -> images.put(id, shortest(values)));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream packed = new GZIPOutputStream(bytes)) {
            packed.write(JSON.writeValueAsBytes(new Content(counts.kind(), images)));
        }
        AtomicFile.write(file(folder, cell), bytes.toByteArray());
    }

    /** Whole numbers without a point. */
    private static Number[] shortest(double[] values) {
        Number[] numbers = new Number[values.length];
        for (int i = 0; i < values.length; i++) {
            long whole = (long) values[i];
            numbers[i] = whole == values[i] ? (Number) whole : (Number) values[i];
        }
        return numbers;
    }

    /**
     * The counts of a cell; empty where they aren't there, as in results of earlier versions.
     *
     * @throws IllegalArgumentException if the file holds something else
     */
    public static Optional<ImageCounts> read(Path folder, Cell cell) throws IOException {
        Path file = file(folder, cell);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            byte[] text = in.readNBytes(MAX_BYTES + 1);
            if (text.length > MAX_BYTES) {
                throw new IllegalArgumentException("counts too long: expected at most %d bytes".formatted(MAX_BYTES));
            }
            Content content = JSON.readValue(text, Content.class);
            Map<String, double[]> images = new TreeMap<>();
            for (Map.Entry<String, Number[]> image : Optional.ofNullable(content.images())
                    .orElse(Collections.emptySortedMap())
                    .entrySet()) {
                double[] values = new double[image.getValue().length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = image.getValue()[i].doubleValue();
                }
                images.put(image.getKey(), values);
            }
            return Optional.of(new ImageCounts(String.valueOf(content.kind()), new TreeMap<>(images)));
        } catch (java.util.zip.ZipException | java.io.EOFException | JsonProcessingException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "not the counts of a cell: file=%s, expected what 'facet experiment' wrote".formatted(file), e);
        }
    }
}
