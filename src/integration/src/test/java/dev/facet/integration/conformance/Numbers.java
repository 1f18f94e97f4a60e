package dev.facet.integration.conformance;

import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A tensor of small whole numbers, which every datatype has.
 *
 * @param name of the input
 * @param datatype of its elements
 * @param shape extents
 */
record Numbers(String name, String datatype, long[] shape) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One that an input takes. */
    static Numbers of(JsonNode input) {
        return new Numbers(input.path("name").asText(), input.path("datatype").asText(), Target.shape(input));
    }

    int count() {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    private static int value(int index) {
        return index % 2;
    }

    /** The elements' bytes: little-endian, row-major. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(count() * size(datatype)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count(); i++) {
            switch (datatype) {
                case "BOOL", "UINT8", "INT8" -> bytes.put((byte) value(i));
                case "UINT16", "INT16" -> bytes.putShort((short) value(i));
                case "UINT32", "INT32" -> bytes.putInt(value(i));
                case "UINT64", "INT64" -> bytes.putLong(value(i));
                case "FP32" -> bytes.putFloat(value(i));
                default -> bytes.putDouble(value(i));
            }
        }
        return bytes.array();
    }

    static int size(String datatype) {
        return switch (datatype) {
            case "BOOL", "UINT8", "INT8" -> 1;
            case "UINT16", "INT16", "FP16", "BF16" -> 2;
            case "UINT32", "INT32", "FP32" -> 4;
            case "UINT64", "INT64", "FP64" -> 8;
            default -> abort("model for the suite: datatype=%s, expected numbers".formatted(datatype));
        };
    }

    /** The input of a request, without its data. */
    ObjectNode input() {
        ObjectNode input = JSON.createObjectNode().put("name", name).put("datatype", datatype);
        ArrayNode extents = input.putArray("shape");
        for (long extent : shape) {
            extents.add(extent);
        }
        return input;
    }

    /** The data, flat. */
    ArrayNode flat() {
        ArrayNode data = JSON.createArrayNode();
        for (int i = 0; i < count(); i++) {
            add(data, i);
        }
        return data;
    }

    /** The data, an array for each extent. */
    ArrayNode nested() {
        return nested(0, new int[1]);
    }

    private ArrayNode nested(int dimension, int[] at) {
        ArrayNode data = JSON.createArrayNode();
        for (int i = 0; i < shape[dimension]; i++) {
            if (dimension == shape.length - 1) {
                add(data, at[0]++);
            } else {
                data.add(nested(dimension + 1, at));
            }
        }
        return data;
    }

    private void add(ArrayNode data, int index) {
        if (datatype.equals("BOOL")) {
            data.add(value(index) == 1);
        } else {
            data.add(value(index));
        }
    }

    /** A value of an answer's bytes. */
    static double value(ByteBuffer bytes, String datatype) {
        return switch (datatype) {
            case "BOOL", "UINT8" -> bytes.get() & 0xFF;
            case "INT8" -> bytes.get();
            case "UINT16" -> bytes.getShort() & 0xFFFF;
            case "INT16" -> bytes.getShort();
            case "UINT32" -> bytes.getInt() & 0xFFFFFFFFL;
            case "INT32" -> bytes.getInt();
            case "UINT64", "INT64" -> bytes.getLong();
            case "FP32" -> bytes.getFloat();
            case "FP64" -> bytes.getDouble();
            default -> abort("output of the model: datatype=%s, expected numbers of Java".formatted(datatype));
        };
    }
}
