package dev.facet.runtime.registry;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import java.util.List;
import java.util.Optional;

/**
 * What an operator sets.
 *
 * @param limits bounds
 * @param keys by one of which packs must be signed
 * @param pinned packs that are opened at the start and stay open
 * @param required packs without which the registry isn't ready; pinned too
 * @param plan of packs that were plugged without one; empty for the engine's choice ({@code Engine.automaticPlan})
 */
public record RegistrySettings(
        RegistryLimits limits,
        TrustedKeys keys,
        List<PackReference> pinned,
        List<PackReference> required,
        Optional<Plan> plan) {
    public RegistrySettings {
        pinned = List.copyOf(pinned);
        required = List.copyOf(required);
    }

    /** With the engine's choice of plans. */
    public RegistrySettings(
            RegistryLimits limits, TrustedKeys keys, List<PackReference> pinned, List<PackReference> required) {
        this(limits, keys, pinned, required, Optional.empty());
    }

    /** The plan of a pack that was plugged without one. */
    Plan planOf(PackManifest manifest, Engine engine) {
        return plan.orElseGet(() -> engine.automaticPlan(manifest));
    }

    /** Limits alone: packs needn't be signed, and none is pinned or required. */
    public static RegistrySettings of(RegistryLimits limits) {
        return new RegistrySettings(limits, TrustedKeys.NONE, List.of(), List.of());
    }
}
