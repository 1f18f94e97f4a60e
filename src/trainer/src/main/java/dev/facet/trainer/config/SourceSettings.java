package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One of several data sets of a run, in the plain layout.
 *
 * @param root folder
 * @param name name in messages and ids; empty: the folder's
 * @param labels by task the folder of its labels, where that isn't the kind's own
 * @param train splits to train on; none: not trained on
 * @param val splits to choose weights by; none: not validated on
 * @param weight share of the views, in relation to the other sources'; empty in all: in proportion to the number of images
 * @param imageWeights how much each image counts; {@code value} names a column, or the difference of two
 * @param pixelWeights how much each pixel counts; without {@code value}
 * @param labelValues class, or 255 for ignored, by id in the labels; {@value #OTHER}: for the ids that aren't named
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SourceSettings(
        String root,
        Optional<String> name,
        Map<String, String> labels,
        List<String> train,
        List<String> val,
        Optional<Double> weight,
        @JsonProperty("image_weights") Optional<Weights> imageWeights,
        @JsonProperty("pixel_weights") Optional<Weights> pixelWeights,
        @JsonProperty("label_values") Map<String, Integer> labelValues) {
    /** In place of an id: all that aren't named. */
    public static final String OTHER = "other";

    public SourceSettings {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        train = List.copyOf(train);
        val = List.copyOf(val);
        labelValues = Collections.unmodifiableMap(new TreeMap<>(labelValues));
    }

    /**
     * Where weights come from, and what they are: {@code min(1, v/full)}, or v; 0 below {@code least}.
     *
     * @param from file or folder in the data set
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Weights(String from, Optional<String> value, Optional<Double> least, Optional<Double> full) {}

    /** What it is called. */
    public String effectiveName() {
        return name.orElseGet(() -> folderName(root));
    }

    /** The same data set, wherever it lies. */
    public SourceSettings anywhere() {
        return new SourceSettings(
                folderName(root),
                Optional.of(effectiveName()),
                labels,
                train,
                val,
                weight,
                imageWeights,
                pixelWeights,
                labelValues);
    }

    private static String folderName(String root) {
        Path name = Path.of(root).toAbsolutePath().normalize().getFileName();
        return name == null ? root : name.toString();
    }
}
