package dev.facet.server.inference;

import java.util.List;

/**
 * An input or an output of a model.
 *
 * @param name its name
 * @param datatype of its elements, as the protocol calls it
 * @param shape extents, outermost first; −1 for a free one
 */
public record TensorKind(String name, String datatype, List<Long> shape) {
    /** The datatype of 32-bit floating-point numbers. */
    public static final String FP32 = "FP32";

    /** The datatype of byte strings. */
    public static final String BYTES = "BYTES";

    /** The input of every model. */
    public static final String IMAGE = "image";

    /** The output of models that take tensors, named as in exported networks. */
    public static final String OUTPUT = "output";

    /** The output of models that take an image's file. */
    public static final String PREDICTION = "prediction";

    /** Its datatype in the words of a model's configuration. */
    public String configuredType() {
        return datatype.equals(BYTES) ? "TYPE_STRING" : "TYPE_" + datatype;
    }

    static TensorKind input(ModelName model) {
        return model.isImage()
                ? new TensorKind(IMAGE, BYTES, List.of(1L))
                : new TensorKind(IMAGE, FP32, List.of(-1L, 3L, -1L, -1L));
    }

    /** @param channels of the network's output */
    static TensorKind output(ModelName model, long channels) {
        return model.isImage()
                ? new TensorKind(PREDICTION, BYTES, List.of(1L))
                : new TensorKind(OUTPUT, FP32, List.of(-1L, channels, -1L, -1L));
    }
}
