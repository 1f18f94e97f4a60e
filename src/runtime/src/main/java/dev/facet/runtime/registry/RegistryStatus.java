package dev.facet.runtime.registry;

import java.util.List;

/**
 * How a registry is.
 *
 * @param started whether all that is opened at the start is open, or failed
 * @param registered packs there are
 * @param open packs in memory
 * @param openBytes native bytes that they alone hold
 * @param failures packs that should answer and can't
 * @param missing required packs that can't answer, with the reason
 */
public record RegistryStatus(
        boolean started,
        int registered,
        int open,
        long openBytes,
        List<PackFailure> failures,
        List<PackFailure> missing) {
    public RegistryStatus {
        failures = List.copyOf(failures);
        missing = List.copyOf(missing);
    }
}
