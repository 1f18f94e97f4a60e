package dev.facet.runtime.registry;

import java.util.List;

/**
 * What an operator sets.
 *
 * @param limits bounds
 * @param keys by one of which packs must be signed
 * @param pinned packs that are opened at the start and stay open
 * @param required packs without which the registry isn't ready; pinned too
 */
public record RegistrySettings(
        RegistryLimits limits, TrustedKeys keys, List<PackReference> pinned, List<PackReference> required) {
    public RegistrySettings {
        pinned = List.copyOf(pinned);
        required = List.copyOf(required);
    }

    /** Limits alone: packs needn't be signed, and none is pinned or required. */
    public static RegistrySettings of(RegistryLimits limits) {
        return new RegistrySettings(limits, TrustedKeys.NONE, List.of(), List.of());
    }
}
