package dev.facet.core.pack;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a pack is executed. */
public enum Plan {
    /** One session per signature, the pack's tensors as inputs of the graph. */
    FACTORED("factored"),
    /** W_t·W_s and norms folded, one session per pack. */
    MERGED("merged"),
    /** Merged and statically quantized. */
    INT8("int8");

    private final String id;

    Plan(String id) {
        this.id = id;
    }

    /** The name in files and on the wire. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The plan of that name; {@link IllegalArgumentException} for any other. */
    public static Plan of(String id) {
        for (Plan plan : values()) {
            if (plan.id.equals(id)) {
                return plan;
            }
        }
        throw new IllegalArgumentException("unknown plan: value='%s', expected=factored|merged|int8".formatted(id));
    }
}
