package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import java.util.Optional;

/**
 * What an upload says about how its pack is executed.
 *
 * @param said whether it says anything: what doesn't, leaves a pack that is there as it is
 * @param plan that was chosen, and is remembered; empty for what follows from the settings, the pack and the engine
 */
public record PlanChoice(boolean said, Optional<Plan> plan) {
    /** Nothing was said. */
    public static final PlanChoice NONE = new PlanChoice(false, Optional.empty());

    /** The plan that follows from the settings, the pack and the engine, whatever was chosen before. */
    public static final PlanChoice AUTOMATIC = new PlanChoice(true, Optional.empty());

    public PlanChoice {
        if (plan.isPresent() && !said) {
            throw new IllegalArgumentException(
                    "a plan that nobody asked for: plan=%s".formatted(plan.get().id()));
        }
    }

    /** One plan. */
    public static PlanChoice of(Plan plan) {
        return new PlanChoice(true, Optional.of(plan));
    }
}
