package dev.facet.server.inference.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.encoding.Content;
import dev.facet.server.bundle.Base64Chunks;
import dev.facet.server.bundle.Pieces;
import dev.facet.server.inference.InferenceAnswer;
import dev.facet.server.inference.OutputTensor;
import dev.facet.server.inference.TensorKind;
import dev.facet.server.response.Body;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * An answer's body.
 *
 * @param body the JSON document, and behind it the output if that is wanted as bytes
 * @param headerLength bytes of the document where the output follows it; empty where the output is in it
 */
record InferenceWriter(Body body, OptionalInt headerLength) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static InferenceWriter of(InferenceAnswer answer) {
        OutputTensor output = answer.output();
        boolean isBytes = output.datatype().equals(TensorKind.BYTES);
        return output.binary().orElse(false) ? binary(answer, isBytes) : json(answer, isBytes);
    }

    private static InferenceWriter binary(InferenceAnswer answer, boolean isBytes) {
        Content content = answer.output().content();
        long size = content.length() + (isBytes ? Integer.BYTES : 0);
        byte[] document = text(document(answer, Map.of("binary_data_size", size)) + "]}");
        byte[] length = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) content.length())
                .array();
        List<Body> pieces = isBytes
                ? List.of(Body.of(document), Body.of(length), Body.of(content))
                : List.of(Body.of(document), Body.of(content));
        return new InferenceWriter(Pieces.together(pieces), OptionalInt.of(document.length));
    }

    private static InferenceWriter json(InferenceAnswer answer, boolean isBytes) {
        OutputTensor output = answer.output();
        boolean isBase64 = isBytes && !output.isText();
        String document = document(answer, isBase64 ? Map.of("encoding", "base64") : Map.of());
        String open = document.substring(0, document.length() - 1) + ",\"data\":[";
        List<Body> pieces;
        if (!isBytes) {
            Body numbers = new Body(-1, () -> new FloatText(output.content()));
            pieces = List.of(Body.of(text(open)), numbers, Body.of(text("]}]}")));
        } else if (isBase64) {
            pieces = List.of(
                    Body.of(text(open + "\"")), Base64Chunks.of(Body.of(output.content())), Body.of(text("\"]}]}")));
        } else {
            String quoted = write(new String(output.content().toBytes(), StandardCharsets.UTF_8));
            pieces = List.of(Body.of(text(open + quoted + "]}]}")));
        }
        return new InferenceWriter(Pieces.together(pieces), OptionalInt.empty());
    }

    /** All but the data and what closes output, list and document; ends with the output's closing brace. */
    private static String document(InferenceAnswer answer, Map<String, ?> more) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("model_name", answer.model().toString());
        members.put("model_version", answer.version());
        if (!answer.id().isEmpty()) {
            members.put("id", answer.id());
        }
        members.put("parameters", answer.parameters());
        OutputTensor output = answer.output();
        Map<String, Object> tensor = new LinkedHashMap<>();
        tensor.put("name", output.name());
        tensor.put("datatype", output.datatype());
        tensor.put("shape", output.shape());
        Map<String, Object> parameters = new LinkedHashMap<>(output.parameters());
        parameters.putAll(more);
        if (!parameters.isEmpty()) {
            tensor.put("parameters", parameters);
        }
        String head = write(members);
        return head.substring(0, head.length() - 1) + ",\"outputs\":[" + write(tensor);
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answer isn't JSON-compatible (bug)", e);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
