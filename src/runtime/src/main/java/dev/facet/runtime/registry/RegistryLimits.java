package dev.facet.runtime.registry;

/**
 * Limits of a registry.
 *
 * @param maxPacks stored packs, all versions counted
 * @param packMemory native bytes that open packs may hold; beyond it those that were not used for longest are closed
 * @param selfTestTolerance largest tolerance that a pack's self-test may ask for
 */
public record RegistryLimits(int maxPacks, long packMemory, double selfTestTolerance) {
    public RegistryLimits {
        if (maxPacks < 1 || packMemory < 1 || !(selfTestTolerance > 0)) {
            throw new IllegalArgumentException(
                    "registry limits: maxPacks=%d, packMemory=%d, selfTestTolerance=%s, expected above 0"
                            .formatted(maxPacks, packMemory, selfTestTolerance));
        }
    }
}
