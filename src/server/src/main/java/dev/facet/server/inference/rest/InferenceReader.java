package dev.facet.server.inference.rest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.inference.Inference;
import dev.facet.server.inference.InputTensor;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.Parameters;
import dev.facet.server.inference.RequestedOutput;
import dev.facet.server.inference.TensorData;
import dev.facet.server.inference.TensorKind;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads requests: a JSON document, or one with tensors as bytes behind it (the binary tensor data extension), or a tensor alone (its raw
 * binary request). Members of the document that the protocol doesn't have are passed over.
 */
final class InferenceReader {
    /** The header with the length of the JSON document before tensors as bytes. */
    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    /** A longer document has its tensors in it. */
    static final int LONG_DOCUMENT = 64 << 10;

    private static final int MAX_HEADER = 1 << 20;
    private static final int MAX_TENSORS = 64;
    private static final int MAX_EXTENTS = 32;
    private static final int MAX_PARAMETERS = 64;

    // The body is bounded already; an image is one long string of it.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(256)
                    .maxNumberLength(64)
                    .maxNestingDepth(64)
                    .build())
            .build();

    private final ReceivedBody body;
    private final long limit;
    private long offset;

    private String id = "";
    private Parameters parameters = Parameters.NONE;
    private final List<InputTensor> inputs = new ArrayList<>();
    private final List<RequestedOutput> outputs = new ArrayList<>();

    private InferenceReader(ReceivedBody body, long limit, long offset) {
        this.body = body;
        this.limit = limit;
        this.offset = offset;
    }

    /**
     * Reads a request.
     *
     * @param headerLength the header {@link #HEADER_LENGTH}; null where there is none
     * @param limit of the bytes of a tensor's values in JSON
     * @throws ProblemException 400 for a body that isn't understood, 413 and 429 for one that is too large
     */
    static Inference read(
            ModelName model, Optional<String> version, ReceivedBody body, String headerLength, long limit) {
        long length = headerLength == null ? body.length() : length(headerLength, body.length());
        if (headerLength != null && length == 0) {
            return raw(model, version, body);
        }
        InferenceReader reader = new InferenceReader(body, limit, length);
        try (JsonParser parser = FACTORY.createParser(document(body, length, headerLength != null))) {
            reader.readDocument(parser);
        } catch (JsonProcessingException e) {
            throw invalid("body isn't JSON, or not all of it is there");
        } catch (IOException e) {
            throw invalid("body can't be read");
        }
        if (reader.offset != body.length()) {
            throw InvalidTensor.because("bytes after the document: bytes=%d, expected %d, the sum of binary_data_size"
                    .formatted(body.length() - length, reader.offset - length));
        }
        return new Inference(model, version, reader.id, reader.parameters, reader.inputs, reader.outputs);
    }

    private static long length(String header, long bodyLength) {
        if (header.matches("[0-9]{1,10}")) {
            long length = Long.parseLong(header);
            if (length <= Math.min(bodyLength, MAX_HEADER)) {
                return length;
            }
        }
        throw new ProblemException(
                400,
                ProblemCode.INVALID_HEADER,
                "bad header: %s='%s', expected the bytes of the JSON document, at most those of the body and %d"
                        .formatted(
                                HEADER_LENGTH,
                                header.length() > 20 ? header.substring(0, 20) + "…" : header,
                                MAX_HEADER));
    }

    private static InputStream document(ReceivedBody body, long length, boolean isHeader) {
        if (!isHeader) {
            return body.stream();
        }
        byte[] document = new byte[Math.toIntExact(length)];
        body.copyTo(0, ByteBuffer.wrap(document));
        return new ByteArrayInputStream(document);
    }

    /** The body is the one input; all outputs come as bytes. */
    private static Inference raw(ModelName model, Optional<String> version, ReceivedBody body) {
        if (!model.isImage()) {
            throw InvalidTensor.because(
                    ("raw request: input='%s' has more than one free extent, expected the JSON document"
                                    + " that says its shape")
                            .formatted(TensorKind.IMAGE));
        }
        InputTensor input = new InputTensor(
                TensorKind.IMAGE, TensorKind.BYTES, List.of(1L), new BodyData(body, 0, body.length(), false));
        Parameters binary = new Parameters(Map.of(Parameters.BINARY_DATA_OUTPUT, true));
        return new Inference(model, version, "", binary, List.of(input), List.of());
    }

    private void readDocument(JsonParser parser) throws IOException {
        expect(parser.nextToken() == JsonToken.START_OBJECT, "body is no JSON object");
        boolean hasInputs = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "id" -> id = text(parser, "id");
                case "parameters" -> parameters = parameters(parser);
                case "inputs" -> {
                    hasInputs = true;
                    readAll(parser, "inputs", this::readInput);
                }
                case "outputs" -> readAll(parser, "outputs", this::readOutput);
                default -> parser.skipChildren();
            }
        }
        expect(hasInputs, "member 'inputs' is missing");
        expect(
                parser.nextToken() == null,
                "something follows the JSON object; tensors as bytes need the header " + HEADER_LENGTH);
    }

    private interface Element {
        void read(JsonParser parser) throws IOException;
    }

    private static void readAll(JsonParser parser, String member, Element element) throws IOException {
        expect(parser.currentToken() == JsonToken.START_ARRAY, "'" + member + "' is no array");
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(
                    parser.currentToken() == JsonToken.START_OBJECT,
                    "'" + member + "' holds something else than objects");
            expect(++count <= MAX_TENSORS, "'%s' has more than %d elements".formatted(member, MAX_TENSORS));
            element.read(parser);
        }
    }

    private void readInput(JsonParser parser) throws IOException {
        String name = null;
        String datatype = null;
        List<Long> shape = null;
        Parameters own = Parameters.NONE;
        TensorData data = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "name" -> name = text(parser, "name");
                case "datatype" -> datatype = text(parser, "datatype");
                case "shape" -> shape = shape(parser);
                case "parameters" -> own = parameters(parser);
                case "data" -> data = JsonData.read(parser, body, limit);
                default -> parser.skipChildren();
            }
        }
        expect(name != null && datatype != null && shape != null, "an input has no name, datatype or shape");
        own.checkNames(Set.of(Parameters.BINARY_DATA_SIZE));
        Optional<Long> bytes = own.count(Parameters.BINARY_DATA_SIZE);
        if (bytes.isPresent() == (data != null)) {
            throw InvalidTensor.because(
                    "input='%s', expected either data or the parameter binary_data_size".formatted(shown(name)));
        }
        if (bytes.isPresent()) {
            long count = bytes.get();
            if (count > body.length() - offset) {
                throw InvalidTensor.because("bytes after the document: input='%s', binary_data_size=%d, bytes left=%d"
                        .formatted(shown(name), count, body.length() - offset));
            }
            data = new BodyData(body, offset, count, true);
            offset += count;
        }
        inputs.add(new InputTensor(name, datatype, shape, data));
    }

    private void readOutput(JsonParser parser) throws IOException {
        String name = null;
        Parameters own = Parameters.NONE;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "name" -> name = text(parser, "name");
                case "parameters" -> own = parameters(parser);
                default -> parser.skipChildren();
            }
        }
        expect(name != null, "an output has no name");
        own.checkNames(Set.of(Parameters.BINARY_DATA));
        outputs.add(new RequestedOutput(name, own.flag(Parameters.BINARY_DATA)));
    }

    private static String text(JsonParser parser, String member) throws IOException {
        expect(parser.currentToken() == JsonToken.VALUE_STRING, "'" + member + "' is no text");
        expect(parser.getTextLength() <= 1024, "'" + member + "' is longer than 1024 characters");
        return parser.getText();
    }

    private static List<Long> shape(JsonParser parser) throws IOException {
        expect(parser.currentToken() == JsonToken.START_ARRAY, "'shape' is no array");
        List<Long> shape = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(
                    parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                            && shape.size() < MAX_EXTENTS,
                    "'shape' holds something else than up to %d whole numbers".formatted(MAX_EXTENTS));
            shape.add(parser.getLongValue());
        }
        return shape;
    }

    private static Parameters parameters(JsonParser parser) throws IOException {
        expect(parser.currentToken() == JsonToken.START_OBJECT, "'parameters' is no object");
        Map<String, Object> parameters = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            expect(
                    parameters.size() < MAX_PARAMETERS,
                    "'parameters' has more than %d members".formatted(MAX_PARAMETERS));
            parameters.put(
                    name,
                    switch (parser.nextToken()) {
                        case VALUE_STRING -> text(parser, "parameters");
                        case VALUE_TRUE -> true;
                        case VALUE_FALSE -> false;
                        case VALUE_NUMBER_INT -> {
                            expect(
                                    parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER,
                                    "'parameters' has a number of more than 64 bits");
                            yield parser.getLongValue();
                        }
                        case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
                        default ->
                            throw invalid("'parameters' holds something else than texts, numbers, true and false");
                    });
        }
        return new Parameters(parameters);
    }

    private static String shown(String name) {
        return name.length() > 40 ? name.substring(0, 40) + "…" : name;
    }

    private static void expect(boolean condition, String otherwise) {
        if (!condition) {
            throw invalid(otherwise);
        }
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, what);
    }
}
