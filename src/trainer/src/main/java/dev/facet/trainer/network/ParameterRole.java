package dev.facet.trainer.network;

import dev.facet.core.network.TensorRole;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What a trained tensor is for; each role learns at a rate of its own. */
public enum ParameterRole {
    /** The 1×1 convolutions behind the frozen filters; with normalized feature fusion their rows. */
    MODULATORS,
    /** One number for each row of a modulator: how long it is, with normalized feature fusion. */
    GAINS,
    /** The 1×1 convolutions of residual adapters. */
    ADAPTERS,
    /** Private k×k filters. */
    FILTERS,
    /** The 1×1 convolutions of shortcuts, private in every network that isn't {@code norm}. */
    SHORTCUTS,
    /** γ and β of the encoder's norms, those of adapters too. */
    NORMS,
    /** Everything behind the encoder, its norms too. */
    DECODER;

    /** The roles of the encoder's convolutions. */
    public static final Set<ParameterRole> CONVOLUTIONS =
            Collections.unmodifiableSet(EnumSet.of(MODULATORS, GAINS, ADAPTERS, FILTERS, SHORTCUTS));

    /** The name in configurations and results. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The role of a trained tensor.
     *
     * @param name by the names of a pack, or as normalized feature fusion trains modulators
     * @throws IllegalArgumentException if no network trains such a tensor
     */
    public static ParameterRole of(String name) {
        return switch (TensorRole.of(name)) {
            case MODULATOR -> name.endsWith(Modulators.GAINS) ? GAINS : MODULATORS;
            case ADAPTER -> ADAPTERS;
            case FILTERS -> FILTERS;
            case SHORTCUT -> SHORTCUTS;
            case NORM -> NORMS;
            case DECODER -> DECODER;
            case STATISTIC, DECODER_STATISTIC ->
                throw new IllegalArgumentException("measured, not trained: name='%s'".formatted(name));
        };
    }
}
