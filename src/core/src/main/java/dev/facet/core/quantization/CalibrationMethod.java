package dev.facet.core.quantization;

import com.fasterxml.jackson.annotation.JsonValue;

/** How the range of an activation follows from the values that it took. */
public enum CalibrationMethod {
    /** All of them. */
    MIN_MAX("min-max"),
    /** All but the share {@link #OUTLIERS} at either end. */
    PERCENTILE("percentile"),
    /** The range with the least squared error. */
    LEAST_ERROR("least-error");

    /** What {@code percentile} leaves out at either end. */
    public static final double OUTLIERS = 1e-5;

    private final String id;

    CalibrationMethod(String id) {
        this.id = id;
    }

    /** The name in files. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The method of that name; {@link IllegalArgumentException} for any other. */
    public static CalibrationMethod of(String id) {
        for (CalibrationMethod method : values()) {
            if (method.id.equals(id)) {
                return method;
            }
        }
        throw new IllegalArgumentException(
                "unknown method of calibration: value='%s', expected=min-max|percentile|least-error".formatted(id));
    }
}
