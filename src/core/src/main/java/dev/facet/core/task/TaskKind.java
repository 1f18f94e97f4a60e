package dev.facet.core.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.facet.core.image.Frame;
import java.util.List;

/** A task kind with its parameters: decides labels, loss, metric, decoding and encoding. Immutable. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Segmentation.class, name = Segmentation.ID),
    @JsonSubTypes.Type(value = HumanParts.class, name = HumanParts.ID),
    @JsonSubTypes.Type(value = Depth.class, name = Depth.ID),
    @JsonSubTypes.Type(value = Normals.class, name = Normals.ID),
    @JsonSubTypes.Type(value = Saliency.class, name = Saliency.ID),
    @JsonSubTypes.Type(value = Edges.class, name = Edges.ID)
})
public sealed interface TaskKind permits ClassKind, Depth, Normals, Saliency, Edges {
    /** The names of all kinds, as in files and addresses. */
    List<String> IDS = List.of(Segmentation.ID, HumanParts.ID, Depth.ID, Normals.ID, Saliency.ID, Edges.ID);

    /** The name of the kind in files and addresses. */
    @JsonIgnore
    String id();

    /** Channels of the network's output. */
    @JsonIgnore
    int outputs();

    /**
     * Makes the answer at the image's own size, a band of rows at a time: padding cut off, one bilinear resize (half-pixel
     * centres), then argmax, sigmoid, L2 normalisation or nothing.
     *
     * @param output stride-4 map
     * @param frame how the image lies in the network's input
     */
    default PredictionRows rows(NetworkOutput output, Frame frame) {
        return rows(MapResize.toImage(output, frame));
    }

    /** Makes the answer of a resized map: argmax, sigmoid, L2 normalisation or nothing. */
    PredictionRows rows(MapResize map);

    /**
     * The same, where kinds with classes leave pixels {@linkplain ClassKind#UNKNOWN unknown} whose best class is less likely; it
     * says nothing to other kinds.
     *
     * @param leastProbability 0 … 1; 0 leaves none unknown
     */
    default PredictionRows rows(MapResize map, double leastProbability) {
        return rows(map);
    }

    /** Both at the image's own size. */
    default PredictionRows rows(NetworkOutput output, Frame frame, double leastProbability) {
        return rows(MapResize.toImage(output, frame), leastProbability);
    }

    /** Makes the whole answer, as one band: for evaluation, which compares whole maps. */
    default Prediction decode(NetworkOutput output, Frame frame) {
        return rows(output, frame).band(0, frame.imageHeight());
    }

    /**
     * Makes what the reference's forward answers for a tensor: the map at the input's size as it is (logits, raw depth), or unit
     * normals.
     *
     * @param output stride-4 map of an input of {@code height×width}
     * @return {@code outputs·height·width} values, CHW
     */
    default float[] forward(NetworkOutput output, int height, int width) {
        return output.resized(height, width);
    }
}
