package dev.facet.core.network;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a pack adapts the bank (ECCV 2020, section 3; the residual adapters are Rebuffi et al., CVPR 2018). */
public enum Modulation {
    /** y = W_t·(W_s⊛x): the reparameterized convolution. */
    RC("rc"),
    /** z = frozen response; y = z + A·norm_a(z). */
    RA_SERIES("ra-series"),
    /** y = frozen response + A⊛x, A 1×1 with the stride of the convolution. */
    RA_PARALLEL("ra-parallel"),
    /** The frozen response as it is: only norms are private (shortcuts are the bank's). */
    NORM("norm"),
    /** Private full convolutions: the single-task baseline. */
    NONE("none");

    private final String id;

    Modulation(String id) {
        this.id = id;
    }

    /** The name in files. */
    @JsonValue
    public String id() {
        return id;
    }

    /** The modulation of that name; {@link IllegalArgumentException} for any other. */
    public static Modulation of(String id) {
        for (Modulation modulation : values()) {
            if (modulation.id.equals(id)) {
                return modulation;
            }
        }
        throw new IllegalArgumentException(
                "unknown modulation: value='%s', expected=rc|ra-series|ra-parallel|norm|none".formatted(id));
    }
}
