package dev.facet.runtime.engine.ort;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.facet.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes one ONNX graph, node by node. Every method that adds a node returns the name of its output. */
public final class GraphBuilder {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;
    /** ONNX Runtime's own operators, those that its documentation lists. */
    private static final String CONTRIBUTED = "com.microsoft";

    private final OnnxMl.GraphProto.Builder graph;
    private int counter;
    private boolean contributed;

    public GraphBuilder(String name) {
        graph = OnnxMl.GraphProto.newBuilder().setName(name);
    }

    /** A float input; an extent is a Number, or a String where it is symbolic. */
    public String input(String name, Object... extents) {
        graph.addInput(valueInfo(name, extents));
        return name;
    }

    public void output(String name, Object... extents) {
        graph.addOutput(valueInfo(name, extents));
    }

    /** A uint8 input; extents as for floats. */
    public String byteInput(String name, Object... extents) {
        graph.addInput(valueInfo(OnnxMl.TensorProto.DataType.UINT8, name, extents));
        return name;
    }

    public void byteOutput(String name, Object... extents) {
        graph.addOutput(valueInfo(OnnxMl.TensorProto.DataType.UINT8, name, extents));
    }

    /** A float input without a declared shape. */
    public void inputOfAnyShape(String name) {
        graph.addInput(anyShape(name));
    }

    public void outputOfAnyShape(String name) {
        graph.addOutput(anyShape(name));
    }

    /** A uint8 input without a declared shape. */
    public void byteInputOfAnyShape(String name) {
        graph.addInput(anyShape(OnnxMl.TensorProto.DataType.UINT8, name));
    }

    public void byteOutputOfAnyShape(String name) {
        graph.addOutput(anyShape(OnnxMl.TensorProto.DataType.UINT8, name));
    }

    private static OnnxMl.ValueInfoProto anyShape(String name) {
        return anyShape(OnnxMl.TensorProto.DataType.FLOAT, name);
    }

    private static OnnxMl.ValueInfoProto anyShape(OnnxMl.TensorProto.DataType type, String name) {
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type.getNumber())))
                .build();
    }

    public String constant(String name, Shape shape, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return raw(name, OnnxMl.TensorProto.DataType.FLOAT, shape, bytes);
    }

    public String constant(String name, long... values) {
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(OnnxMl.TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
        return name;
    }

    public String unsignedBytes(String name, Shape shape, byte[] values) {
        return raw(name, OnnxMl.TensorProto.DataType.UINT8, shape, ByteBuffer.wrap(values));
    }

    public String signedBytes(String name, Shape shape, byte[] values) {
        return raw(name, OnnxMl.TensorProto.DataType.INT8, shape, ByteBuffer.wrap(values));
    }

    public String integers(String name, Shape shape, int[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return raw(name, OnnxMl.TensorProto.DataType.INT32, shape, bytes);
    }

    private String raw(String name, OnnxMl.TensorProto.DataType type, Shape shape, ByteBuffer bytes) {
        OnnxMl.TensorProto.Builder tensor = OnnxMl.TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(UnsafeByteOperations.unsafeWrap(bytes));
        for (long extent : shape.extents()) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return name;
    }

    /** Convolution with a square kernel; {@code bias} may be null. */
    public String convolution(
            String x, String weight, String bias, int kernel, int stride, int dilation, int padding, int group) {
        List<String> inputs = bias == null ? List.of(x, weight) : List.of(x, weight, bias);
        return node(
                "Conv",
                inputs,
                ints("kernel_shape", kernel, kernel),
                ints("strides", stride, stride),
                ints("dilations", dilation, dilation),
                ints("pads", padding, padding, padding, padding),
                integer("group", group));
    }

    public String relu(String x) {
        return node("Relu", List.of(x));
    }

    public String maxPool(String x) {
        return node("MaxPool", List.of(x), ints("kernel_shape", 3, 3), ints("strides", 2, 2), ints("pads", 1, 1, 1, 1));
    }

    public String add(String a, String b) {
        return node("Add", List.of(a, b));
    }

    public String multiply(String a, String b) {
        return node("Mul", List.of(a, b));
    }

    public String concatenate(int axis, List<String> inputs) {
        return node("Concat", inputs, integer("axis", axis));
    }

    /** The spatial extents of an NCHW tensor: int64 [2]. */
    public String spatialShape(String x) {
        return node("Shape", List.of(x), integer("start", 2), integer("end", 4));
    }

    /** N and C of an NCHW tensor: int64 [2]. */
    public String outerShape(String x) {
        return node("Shape", List.of(x), integer("start", 0), integer("end", 2));
    }

    /** Bilinear resize with half-pixel centres (PyTorch's {@code align_corners=False}) to those spatial extents. */
    public String resize(String x, String spatialShape) {
        String sizes = concatenate(0, List.of(outerShape(x), spatialShape));
        return node(
                "Resize",
                List.of(x, "", "", sizes),
                string("mode", "linear"),
                string("coordinate_transformation_mode", "half_pixel"));
    }

    /** Repeats [N, C, 1, 1] over those spatial extents. */
    public String spread(String x, String spatialShape) {
        return node("Expand", List.of(x, concatenate(0, List.of(outerShape(x), spatialShape))));
    }

    public String globalAverage(String x) {
        return node("GlobalAveragePool", List.of(x));
    }

    public String node(String op, List<String> inputs, OnnxMl.AttributeProto... attributes) {
        String output = op.toLowerCase(Locale.ROOT) + "_" + counter++;
        named(op, inputs, output, attributes);
        return output;
    }

    /** A node of an operator that ONNX Runtime contributes to ONNX. */
    public String contributed(String op, List<String> inputs, OnnxMl.AttributeProto... attributes) {
        String output = op.toLowerCase(Locale.ROOT) + "_" + counter++;
        contributed = true;
        add(CONTRIBUTED, op, inputs, output, attributes);
        return output;
    }

    /** A node whose output has that name. */
    public void named(String op, List<String> inputs, String output, OnnxMl.AttributeProto... attributes) {
        add("", op, inputs, output, attributes);
    }

    private void add(
            String domain, String op, List<String> inputs, String output, OnnxMl.AttributeProto... attributes) {
        OnnxMl.NodeProto.Builder node = OnnxMl.NodeProto.newBuilder()
                .setOpType(op)
                .setName(output)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes));
        if (!domain.isEmpty()) {
            node.setDomain(domain);
        }
        graph.addNode(node);
    }

    public static OnnxMl.AttributeProto integer(String name, long value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    public static OnnxMl.AttributeProto ints(String name, long... values) {
        OnnxMl.AttributeProto.Builder attribute =
                OnnxMl.AttributeProto.newBuilder().setName(name).setType(OnnxMl.AttributeProto.AttributeType.INTS);
        Arrays.stream(values).forEach(attribute::addInts);
        return attribute.build();
    }

    public static OnnxMl.AttributeProto string(String name, String value) {
        return OnnxMl.AttributeProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** The model's bytes. */
    public byte[] build(Map<String, String> metadata) {
        OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("facet")
                .addOpsetImport(
                        OnnxMl.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph);
        if (contributed) {
            model.addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder()
                    .setDomain(CONTRIBUTED)
                    .setVersion(1));
        }
        metadata.forEach((key, value) -> model.addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    private static OnnxMl.ValueInfoProto valueInfo(String name, Object... extents) {
        return valueInfo(OnnxMl.TensorProto.DataType.FLOAT, name, extents);
    }

    private static OnnxMl.ValueInfoProto valueInfo(OnnxMl.TensorProto.DataType type, String name, Object... extents) {
        OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            OnnxMl.TensorShapeProto.Dimension.Builder dimension = OnnxMl.TensorShapeProto.Dimension.newBuilder();
            if (extent instanceof Number number) {
                dimension.setDimValue(number.longValue());
            } else {
                dimension.setDimParam(extent.toString());
            }
            shape.addDim(dimension);
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(OnnxMl.TypeProto.newBuilder()
                        .setTensorType(OnnxMl.TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }
}
