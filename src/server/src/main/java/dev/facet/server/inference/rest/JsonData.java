package dev.facet.server.inference.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.image.ReservedBytes;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.TensorData;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor as JSON: numbers, or texts that are bytes in Base64; flat or nested, row-major. What they take is reserved with the body
 * before it is allocated.
 */
final class JsonData implements TensorData {
    private static final int BLOCK = 1 << 14;
    private static final int MAX_DEPTH = 32;

    private final ReceivedBody body;
    private final long limit;
    private final List<float[]> blocks = new ArrayList<>();
    private final ReservedBytes text;
    private byte[] element;
    private long numbers;
    private long texts;

    private JsonData(ReceivedBody body, long limit) {
        this.body = body;
        this.limit = limit;
        this.text = new ReservedBytes(body, limit);
    }

    /**
     * Reads an array.
     *
     * @param parser at its begin
     * @param limit of the bytes of its values
     * @throws ProblemException 400 for other values, 413 above the limit, 429 where there is no memory
     */
    static JsonData read(JsonParser parser, ReceivedBody body, long limit) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw InvalidTensor.because("data: expected an array");
        }
        JsonData data = new JsonData(body, limit);
        int depth = 1;
        while (depth > 0) {
            switch (parser.nextToken()) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> data.add(parser.getFloatValue());
                case VALUE_STRING -> data.addText(parser);
                default -> throw InvalidTensor.because("data: expected numbers, or texts of Base64");
            }
            if (depth > MAX_DEPTH) {
                throw InvalidTensor.because("data: arrays in arrays, expected at most %d".formatted(MAX_DEPTH));
            }
        }
        return data;
    }

    private void add(float value) {
        int at = (int) (numbers % BLOCK);
        if (at == 0) {
            if (numbers * Float.BYTES >= limit) {
                throw new ProblemException(new Problem(
                                413,
                                ProblemCode.TOO_MANY_BYTES,
                                "tensor too large: expected at most %d bytes".formatted(limit))
                        .with("limit", limit));
            }
            body.reserve((long) BLOCK * Float.BYTES);
            blocks.add(new float[BLOCK]);
        }
        blocks.get(blocks.size() - 1)[at] = value;
        numbers++;
    }

    private void addText(JsonParser parser) throws IOException {
        if (texts++ == 0) {
            try {
                parser.readBinaryValue(text);
            } catch (IllegalArgumentException e) {
                throw InvalidTensor.because("data: text isn't Base64, expected bytes in Base64");
            }
            element = text.toArray();
        } else {
            parser.finishToken();
        }
    }

    @Override
    public long floats() {
        if (texts > 0) {
            throw InvalidTensor.because("data: texts, expected numbers");
        }
        return numbers;
    }

    @Override
    public void copyFloats(long first, FloatBuffer target) {
        FloatBuffer rest = target.duplicate().rewind();
        long at = first;
        while (rest.hasRemaining()) {
            int from = (int) (at % BLOCK);
            int count = Math.min(rest.remaining(), BLOCK - from);
            rest.put(blocks.get((int) (at / BLOCK)), from, count);
            at += count;
        }
    }

    @Override
    public byte[] onlyElement() {
        if (texts != 1 || numbers > 0) {
            throw InvalidTensor.because(
                    "data: texts=%d, numbers=%d, expected one text, bytes in Base64".formatted(texts, numbers));
        }
        return element;
    }

    @Override
    public void close() {
        body.close();
    }
}
