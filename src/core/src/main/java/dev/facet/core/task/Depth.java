package dev.facet.core.task;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.annotation.OptBoolean;
import dev.facet.core.json.StrictJson;
import java.util.Optional;

/**
 * How far away things are: a distance with its unit, or affine-invariant inverse depth, which has none.
 *
 * <p>In JSON a distance is {@code unit} and {@code pngScale}, as it was before there was another quantity; inverse depth is {@code
 * "quantity": "inverse-depth"} and nothing else.
 *
 * @param quantity what the values are
 * @param scale of a distance, else empty
 */
@JsonAutoDetect(
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE,
        fieldVisibility = JsonAutoDetect.Visibility.NONE,
        creatorVisibility = JsonAutoDetect.Visibility.NONE)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"quantity", "unit", "pngScale"})
public record Depth(DepthQuantity quantity, Optional<DistanceScale> scale) implements TaskKind {
    /** The name of this kind. */
    public static final String ID = "depth";

    /** Affine-invariant inverse depth. */
    public static final Depth INVERSE = new Depth(DepthQuantity.INVERSE_DEPTH, Optional.empty());

    public Depth {
        if (scale.isPresent() != (quantity == DepthQuantity.DISTANCE)) {
            throw new IllegalArgumentException(
                    "depth: quantity=%s, %s unit and pngScale, expected them with a distance and else not"
                            .formatted(quantity.id(), scale.isPresent() ? "with" : "without"));
        }
    }

    /**
     * Distance along the optical axis.
     *
     * @param unit {@code metre}
     * @param pngScale units per step of a 16-bit PNG, 0.001 for millimetres in metres
     */
    public Depth(String unit, double pngScale) {
        this(DepthQuantity.DISTANCE, Optional.of(new DistanceScale(unit, pngScale)));
    }

    @JsonCreator
    static Depth read(
            @JsonProperty("quantity")
                    @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
                    @JsonSetter(nulls = Nulls.FAIL)
                    Optional<String> quantity,
            @JsonProperty("unit")
                    @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
                    @JsonSetter(nulls = Nulls.FAIL)
                    Optional<String> unit,
            @JsonProperty("pngScale")
                    @JacksonInject(value = StrictJson.ABSENT, useInput = OptBoolean.TRUE)
                    @JsonSetter(nulls = Nulls.FAIL)
                    Optional<Double> pngScale) {
        if (quantity.isPresent()) {
            if (!quantity.get().equals(DepthQuantity.INVERSE_DEPTH.id())) {
                throw new IllegalArgumentException(
                        "quantity of depth: value='%s', expected inverse-depth, or none for a distance"
                                .formatted(quantity.get()));
            }
            if (unit.isPresent() || pngScale.isPresent()) {
                throw new IllegalArgumentException("inverse depth with a unit or a scale: expected neither");
            }
            return INVERSE;
        }
        if (unit.isEmpty() || pngScale.isEmpty()) {
            throw new IllegalArgumentException(
                    "distance without %s: expected unit and pngScale".formatted(unit.isEmpty() ? "unit" : "pngScale"));
        }
        return new Depth(unit.get(), pngScale.get());
    }

    @JsonProperty("quantity")
    Optional<DepthQuantity> writtenQuantity() {
        return isInverse() ? Optional.of(quantity) : Optional.empty();
    }

    @JsonProperty("unit")
    Optional<String> writtenUnit() {
        return scale.map(DistanceScale::unit);
    }

    @JsonProperty("pngScale")
    Optional<Double> writtenScale() {
        return scale.map(DistanceScale::pngScale);
    }

    /** Whether values are inverse depth: larger is nearer. */
    public boolean isInverse() {
        return quantity == DepthQuantity.INVERSE_DEPTH;
    }

    @Override
    public String id() {
        return ID;
    }

    @Override
    public int outputs() {
        return 1;
    }

    @Override
    public PredictionRows rows(MapResize values) {
        return (first, count) -> new Prediction.DepthMap(count, values.width(), values.rows(0, first, count), this);
    }
}
