package dev.facet.runtime.registry;

/**
 * Limits of a registry.
 *
 * @param maxPacks resident packs
 * @param selfTestTolerance largest tolerance that a pack's self-test may ask for
 */
public record RegistryLimits(int maxPacks, double selfTestTolerance) {
    public RegistryLimits {
        if (maxPacks < 1 || !(selfTestTolerance > 0)) {
            throw new IllegalArgumentException(
                    "registry limits: maxPacks=%d, selfTestTolerance=%s".formatted(maxPacks, selfTestTolerance));
        }
    }
}
