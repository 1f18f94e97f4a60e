package dev.facet.server.inference.grpc;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import dev.facet.core.encoding.Content;
import dev.facet.protocol.inference.InferParameter;
import dev.facet.protocol.inference.InferTensorContents;
import dev.facet.protocol.inference.ModelInferResponse;
import dev.facet.protocol.inference.ModelInferResponse.InferOutputTensor;
import dev.facet.protocol.inference.ModelStreamInferResponse;
import dev.facet.server.bundle.Pieces;
import dev.facet.server.inference.InferenceAnswer;
import dev.facet.server.inference.OutputTensor;
import dev.facet.server.inference.TensorKind;
import dev.facet.server.response.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Writes a {@code ModelInferResponse} whose tensor is made while the client reads: what stands before it is small, and the tensor's bytes
 * are the last field, packed values or raw ones alike.
 */
final class InferResponseMessage {
    private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    private InferResponseMessage() {}

    /** @param isRaw whether the tensor comes in {@code raw_output_contents} rather than in {@code contents} */
    static Body of(InferenceAnswer answer, boolean isRaw) {
        OutputTensor output = answer.output();
        boolean isBytes = output.datatype().equals(TensorKind.BYTES);
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answer.model().toString())
                .setModelVersion(answer.version())
                .setId(answer.id());
        put(answer.parameters(), response::putParameters);
        InferOutputTensor.Builder tensor = InferOutputTensor.newBuilder()
                .setName(output.name())
                .setDatatype(output.datatype())
                .addAllShape(output.shape());
        put(output.parameters(), tensor::putParameters);
        return isRaw
                ? raw(response, tensor, output.content(), isBytes)
                : typed(response, tensor, output.content(), isBytes);
    }

    /** The same as a message of a stream. */
    static Body inStream(Body message) {
        return Pieces.together(List.of(
                Body.of(field(ModelStreamInferResponse.INFER_RESPONSE_FIELD_NUMBER, message.length())), message));
    }

    private interface Put {
        void accept(String name, InferParameter value);
    }

    private static void put(Map<String, String> parameters, Put into) {
        parameters.forEach((name, value) -> into.accept(
                name, InferParameter.newBuilder().setStringParam(value).build()));
    }

    private static Body raw(
            ModelInferResponse.Builder response, InferOutputTensor.Builder tensor, Content content, boolean isBytes) {
        byte[] length = isBytes
                ? ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(Math.toIntExact(content.length()))
                        .array()
                : new byte[0];
        byte[] head = bytes(response.addOutputs(tensor).build());
        byte[] field = field(ModelInferResponse.RAW_OUTPUT_CONTENTS_FIELD_NUMBER, length.length + content.length());
        return Pieces.together(List.of(Body.of(head), Body.of(field), Body.of(length), Body.of(content)));
    }

    private static Body typed(
            ModelInferResponse.Builder response, InferOutputTensor.Builder tensor, Content content, boolean isBytes) {
        byte[] head = bytes(response.build());
        byte[] tensorHead = bytes(tensor.build());
        byte[] values = field(
                isBytes
                        ? InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER
                        : InferTensorContents.FP32_CONTENTS_FIELD_NUMBER,
                content.length());
        byte[] contents = field(InferOutputTensor.CONTENTS_FIELD_NUMBER, values.length + content.length());
        long length = tensorHead.length + contents.length + values.length + content.length();
        byte[] outputs = field(ModelInferResponse.OUTPUTS_FIELD_NUMBER, length);
        return Pieces.together(List.of(
                Body.of(head),
                Body.of(outputs),
                Body.of(tensorHead),
                Body.of(contents),
                Body.of(values),
                Body.of(content)));
    }

    private static byte[] bytes(MessageLite message) {
        return message.toByteArray();
    }

    /** What stands before a field's bytes. */
    private static byte[] field(int number, long length) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, 16);
        try {
            out.writeTag(number, LENGTH_DELIMITED);
            out.writeUInt32NoTag(Math.toIntExact(length));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing into memory failed (bug)", e);
        }
        return bytes.toByteArray();
    }
}
