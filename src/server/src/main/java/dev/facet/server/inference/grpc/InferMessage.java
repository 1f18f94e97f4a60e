package dev.facet.server.inference.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.facet.protocol.inference.InferParameter;
import dev.facet.protocol.inference.InferTensorContents;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.facet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.facet.server.grpc.GrpcCall;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.inference.Inference;
import dev.facet.server.inference.InputTensor;
import dev.facet.server.inference.InvalidTensor;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.Parameters;
import dev.facet.server.inference.RequestedOutput;
import dev.facet.server.inference.TensorData;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a {@code ModelInferRequest}. By hand, since the generated reader makes an object of every two bytes of a message that is made to
 * that end, and copies what is left: here, what a message holds is bounded, and tensors stay the bytes that came.
 */
final class InferMessage {
    private static final int MAX_ELEMENTS = 64;
    private static final int MAX_EXTENTS = 32;
    private static final int MAX_TEXT = 4096;

    private final ReceivedBody body;
    private String model = "";
    private String version = "";
    private String id = "";
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final List<Input> inputs = new ArrayList<>();
    private final List<RequestedOutput> outputs = new ArrayList<>();
    private final List<ByteString> raw = new ArrayList<>();

    private InferMessage(ReceivedBody body) {
        this.body = body;
    }

    /**
     * A request, and how its tensors came.
     *
     * @param isRaw whether they are bytes beside the message's structure; the answer's are then, too, unless the request says otherwise
     */
    record Read(Inference inference, boolean isRaw) {}

    private record Input(String name, String datatype, List<Long> shape, TensorData contents) {}

    /** @throws ProblemException 400 for a message that isn't understood, 404 for what can't be a model's name */
    static Read read(GrpcCall call) {
        InferMessage message = new InferMessage(call.body());
        try {
            CodedInputStream in = call.input();
            message.readAll(in);
        } catch (InvalidProtocolBufferException e) {
            throw invalid("message isn't a ModelInferRequest, or is damaged");
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed (bug)", e);
        }
        return new Read(message.inference(), !message.raw.isEmpty());
    }

    private Inference inference() {
        ModelName name = ModelName.parse(model);
        if (!raw.isEmpty() && raw.size() != inputs.size()) {
            throw InvalidTensor.because("raw_input_contents: count=%d, expected one for each of %d inputs"
                    .formatted(raw.size(), inputs.size()));
        }
        List<InputTensor> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            if (!raw.isEmpty() && input.contents() != null) {
                throw InvalidTensor.because("contents: input has contents beside raw_input_contents, expected either");
            }
            TensorData data = raw.isEmpty() ? input.contents() : new BytesData(raw.get(i), true, body);
            tensors.add(new InputTensor(
                    input.name(), input.datatype(), input.shape(), data == null ? new OtherData("none", body) : data));
        }
        Optional<String> wanted = version.isEmpty() ? Optional.empty() : Optional.of(version);
        return new Inference(name, wanted, id, new Parameters(parameters), tensors, outputs);
    }

    private void readAll(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case ModelInferRequest.MODEL_NAME_FIELD_NUMBER -> model = text(in);
                case ModelInferRequest.MODEL_VERSION_FIELD_NUMBER -> version = text(in);
                case ModelInferRequest.ID_FIELD_NUMBER -> id = text(in);
                case ModelInferRequest.PARAMETERS_FIELD_NUMBER -> readParameter(in, parameters);
                case ModelInferRequest.INPUTS_FIELD_NUMBER -> {
                    bounded(inputs.size(), "inputs");
                    inputs.add(readInput(in));
                }
                case ModelInferRequest.OUTPUTS_FIELD_NUMBER -> {
                    bounded(outputs.size(), "outputs");
                    outputs.add(readOutput(in));
                }
                case ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER -> {
                    bounded(raw.size(), "raw_input_contents");
                    raw.add(in.readBytes());
                }
                default -> in.skipField(tag);
            }
        }
    }

    private Input readInput(CodedInputStream in) throws IOException {
        String name = "";
        String datatype = "";
        List<Long> shape = new ArrayList<>();
        TensorData contents = null;
        Map<String, Object> own = new LinkedHashMap<>();
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case InferInputTensor.NAME_FIELD_NUMBER -> name = text(in);
                case InferInputTensor.DATATYPE_FIELD_NUMBER -> datatype = text(in);
                case InferInputTensor.SHAPE_FIELD_NUMBER -> readShape(in, tag, shape);
                case InferInputTensor.PARAMETERS_FIELD_NUMBER -> readParameter(in, own);
                case InferInputTensor.CONTENTS_FIELD_NUMBER -> contents = readContents(in);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        // KServe's client sends it over gRPC, too, where the bytes say it themselves.
        new Parameters(own).checkNames(Set.of(Parameters.BINARY_DATA_SIZE));
        return new Input(name, datatype, shape, contents);
    }

    private static void readShape(CodedInputStream in, int tag, List<Long> shape) throws IOException {
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
            addExtent(shape, in.readInt64());
            return;
        }
        int outer = in.pushLimit(in.readRawVarint32());
        while (in.getBytesUntilLimit() > 0) {
            addExtent(shape, in.readInt64());
        }
        in.popLimit(outer);
    }

    private static void addExtent(List<Long> shape, long extent) {
        if (shape.size() == MAX_EXTENTS) {
            throw invalid("shape has more than %d extents".formatted(MAX_EXTENTS));
        }
        shape.add(extent);
    }

    /** The packed values of an FP32 tensor are its bytes; of a BYTES tensor, each element is. */
    private TensorData readContents(CodedInputStream in) throws IOException {
        ByteString floats = null;
        ByteString element = null;
        int elements = 0;
        boolean others = false;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            boolean isLong = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
            int field = WireFormat.getTagFieldNumber(tag);
            if (field == InferTensorContents.FP32_CONTENTS_FIELD_NUMBER) {
                if (!isLong || floats != null) {
                    throw invalid("fp32_contents aren't packed, expected all values in one field");
                }
                floats = in.readBytes();
            } else if (field == InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER && elements == 0) {
                elements++;
                element = in.readBytes();
            } else if (field == InferTensorContents.BYTES_CONTENTS_FIELD_NUMBER) {
                elements++;
                in.skipField(tag);
            } else {
                others = true;
                in.skipField(tag);
            }
        }
        in.popLimit(outer);
        if (others || elements > 1 || element != null && floats != null) {
            return new OtherData(elements > 1 ? "%d elements".formatted(elements) : "other contents", body);
        }
        ByteString bytes = floats != null ? floats : element;
        return bytes == null ? null : new BytesData(bytes, false, body);
    }

    private RequestedOutput readOutput(CodedInputStream in) throws IOException {
        String name = "";
        Map<String, Object> own = new LinkedHashMap<>();
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case InferRequestedOutputTensor.NAME_FIELD_NUMBER -> name = text(in);
                case InferRequestedOutputTensor.PARAMETERS_FIELD_NUMBER -> readParameter(in, own);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        Parameters known = new Parameters(own);
        known.checkNames(Set.of(Parameters.BINARY_DATA));
        return new RequestedOutput(name, known.flag(Parameters.BINARY_DATA));
    }

    private static void readParameter(CodedInputStream in, Map<String, Object> parameters) throws IOException {
        bounded(parameters.size(), "parameters");
        String name = "";
        Object value = null;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = text(in);
                case 2 -> value = readValue(in);
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        if (value == null) {
            throw ProblemException.parameter(name, "", "a value");
        }
        parameters.put(name, value);
    }

    private static Object readValue(CodedInputStream in) throws IOException {
        Object value = null;
        int outer = in.pushLimit(in.readRawVarint32());
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case InferParameter.BOOL_PARAM_FIELD_NUMBER -> value = in.readBool();
                case InferParameter.INT64_PARAM_FIELD_NUMBER -> value = in.readInt64();
                case InferParameter.STRING_PARAM_FIELD_NUMBER -> value = text(in);
                case InferParameter.DOUBLE_PARAM_FIELD_NUMBER -> value = in.readDouble();
                case InferParameter.UINT64_PARAM_FIELD_NUMBER -> {
                    long number = in.readUInt64();
                    value = number >= 0 ? number : Long.MAX_VALUE;
                }
                default -> in.skipField(tag);
            }
        }
        in.popLimit(outer);
        return value;
    }

    private static String text(CodedInputStream in) throws IOException {
        ByteString text = in.readBytes();
        if (text.size() > MAX_TEXT || !text.isValidUtf8()) {
            throw invalid("a text is longer than %d bytes, or isn't UTF-8".formatted(MAX_TEXT));
        }
        return text.toStringUtf8();
    }

    private static void bounded(int count, String what) {
        if (count == MAX_ELEMENTS) {
            throw invalid("%s has more than %d elements".formatted(what, MAX_ELEMENTS));
        }
    }

    private static ProblemException invalid(String what) {
        return new ProblemException(400, ProblemCode.INVALID_BODY, what);
    }
}
