package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;

/**
 * Limits of a registry.
 *
 * @param maxPacks stored packs, all versions counted
 * @param packMemory native bytes that open packs may hold; beyond it those that were not used for longest are closed
 * @param selfTestTolerance largest tolerance that a pack's self-test may ask for
 * @param int8SelfTestTolerance the same for its self-test under int8
 */
public record RegistryLimits(int maxPacks, long packMemory, double selfTestTolerance, double int8SelfTestTolerance) {
    private static final double INT8_SELF_TEST_TOLERANCE = 0.05;

    public RegistryLimits {
        if (maxPacks < 1 || packMemory < 1 || !(selfTestTolerance > 0) || !(int8SelfTestTolerance > 0)) {
            throw new IllegalArgumentException(
                    "registry limits: maxPacks=%d, packMemory=%d, selfTestTolerance=%s, int8SelfTestTolerance=%s, expected above 0"
                            .formatted(maxPacks, packMemory, selfTestTolerance, int8SelfTestTolerance));
        }
    }

    /** With the usual tolerance for int8. */
    public RegistryLimits(int maxPacks, long packMemory, double selfTestTolerance) {
        this(maxPacks, packMemory, selfTestTolerance, INT8_SELF_TEST_TOLERANCE);
    }

    /** The cap on a self-test's tolerance under a plan. */
    double selfTestTolerance(Plan plan) {
        return plan == Plan.INT8 ? int8SelfTestTolerance : selfTestTolerance;
    }
}
