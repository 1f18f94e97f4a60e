package dev.facet.evaluation.dataset;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.facet.core.failure.Failures;
import dev.facet.core.json.JsonReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small JSON files of data sets, read within bounds. */
final class JsonFiles {
    private static final int MAX_BYTES = 32 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .build())
            .build();

    private JsonFiles() {}

    /** Reads a file; {@link DatasetException} if it isn't JSON. */
    static JsonNode read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new DatasetException(
                        "JSON too long: expected at most %d bytes [file=%s]".formatted(MAX_BYTES, file));
            }
            return MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new DatasetException("not JSON: %s [file=%s]".formatted(JsonReason.of(e), file), e);
        } catch (IOException e) {
            throw new DatasetException("JSON can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        }
    }
}
