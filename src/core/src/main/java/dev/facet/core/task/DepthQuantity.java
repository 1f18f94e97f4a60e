package dev.facet.core.task;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;

/** What the values of a depth map are. One is never read as the other: what is far in one is near in the other. */
public enum DepthQuantity {
    /** Distance along the optical axis in a unit: larger is farther. */
    DISTANCE("distance"),
    /**
     * Affine-invariant inverse depth: 1/distance up to a positive factor and a constant that are each image's own, so that values
     * have no unit and compare within an image alone. Larger is nearer (Ranftl et al., TPAMI 2020).
     */
    INVERSE_DEPTH("inverse-depth");

    /** The names of all quantities. */
    public static final List<String> IDS =
            Arrays.stream(values()).map(DepthQuantity::id).toList();

    private final String id;

    DepthQuantity(String id) {
        this.id = id;
    }

    /** The name in files, headers and configurations. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The quantity of that name; {@link IllegalArgumentException} for any other. */
    public static DepthQuantity of(String id) {
        return Arrays.stream(values())
                .filter(quantity -> quantity.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "quantity of depth: value='%s', expected=%s".formatted(id, String.join("|", IDS))));
    }
}
