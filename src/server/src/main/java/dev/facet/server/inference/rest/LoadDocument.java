package dev.facet.server.inference.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.facet.server.inference.LoadFiles;
import dev.facet.server.inference.LoadRequest;
import dev.facet.server.inference.LoadRequest.UploadedFile;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the body of a request to load a model: {@code {"parameters": {"config": "…", "file:1/NAME.safetensors": "BASE64"}}}. A file goes
 * from Base64 to a file of its own; neither is ever in memory.
 */
final class LoadDocument {
    private static final String EXPECTED =
            "expected {\"parameters\": {\"config\": \"…\", \"file:VERSION/NAME\": \"BASE64\"}}";
    private static final int MAX_CONFIG = 64 << 10;
    private static final int MAX_FILES = 8;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(MAX_CONFIG)
                    .maxNameLength(256)
                    .maxNestingDepth(16)
                    .build())
            .build();

    private final LoadFiles storage;
    private final List<UploadedFile> files = new ArrayList<>();
    private Optional<String> config = Optional.empty();

    private LoadDocument(LoadFiles storage) {
        this.storage = storage;
    }

    /**
     * Reads a body that was received in a file.
     *
     * @return the caller closes it
     * @throws ProblemException 400 for another document, 413 for a file that is too large
     */
    static LoadRequest read(Path body, LoadFiles storage) throws IOException {
        LoadDocument document = new LoadDocument(storage);
        try (InputStream in = Files.newInputStream(body);
                JsonParser parser = FACTORY.createParser(in)) {
            document.read(parser);
            return new LoadRequest(document.config, document.files);
        } catch (JsonProcessingException e) {
            document.discard();
            throw invalid("body isn't JSON, or a text in it is too long");
        } catch (IOException | RuntimeException | Error e) {
            document.discard();
            throw e;
        }
    }

    private void discard() throws IOException {
        new LoadRequest(Optional.empty(), files).close();
    }

    private void read(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            return;
        }
        expect(first == JsonToken.START_OBJECT, "body is no JSON object");
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            boolean isParameters = parser.currentName().equals("parameters");
            JsonToken value = parser.nextToken();
            if (!isParameters) {
                parser.skipChildren();
            } else {
                expect(value == JsonToken.START_OBJECT, "'parameters' is no object");
                readParameters(parser);
            }
        }
        expect(parser.nextToken() == null, "body goes on after the JSON object");
    }

    private void readParameters(JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            expect(parser.nextToken() == JsonToken.VALUE_STRING, "a parameter is no text");
            if (name.equals("config")) {
                config = Optional.of(parser.getText());
            } else if (name.startsWith(LoadFiles.PREFIX)) {
                expect(files.size() < MAX_FILES, "more than %d files".formatted(MAX_FILES));
                files.add(storage.store(name, out -> readFile(parser, out)));
            } else {
                throw ProblemException.parameter("parameters", name, "only config, file:VERSION/NAME");
            }
        }
    }

    private static void readFile(JsonParser parser, OutputStream out) throws IOException {
        try {
            parser.readBinaryValue(out);
        } catch (IllegalArgumentException e) {
            throw invalid("a file isn't Base64");
        }
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw invalid(otherwise);
        }
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, what + ", " + EXPECTED);
    }
}
