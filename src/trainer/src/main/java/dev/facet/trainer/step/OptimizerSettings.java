package dev.facet.trainer.step;

import dev.facet.trainer.network.ParameterRole;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * How parameters move.
 *
 * @param rule update rule
 * @param weightDecay factor of p in the direction; on every trained tensor, as in the reference
 * @param clipNorm ‖gradient‖₂ over all tensors of a step that it is scaled down to where it is larger; empty: never
 * @param roles what is different for some roles
 */
public record OptimizerSettings(
        UpdateRule rule, double weightDecay, OptionalDouble clipNorm, Map<ParameterRole, Role> roles) {
    /**
     * How one role moves.
     *
     * @param rateFactor factor of the learning rate; with 0 nothing of the role moves, whatever its decay
     * @param weightDecay its decay; empty as everything else
     * @param decayTowardsStart whether decay pulls to where training began instead of to zero
     */
    public record Role(double rateFactor, OptionalDouble weightDecay, boolean decayTowardsStart) {
        static final Role USUAL = new Role(1, OptionalDouble.empty(), false);

        public Role {
            Range.check("factor of the learning rate", rateFactor, 0, Double.MAX_VALUE);
            weightDecay.ifPresent(decay -> Range.check("weight decay", decay, 0, Double.MAX_VALUE));
        }
    }

    public OptimizerSettings {
        Range.check("weight_decay", weightDecay, 0, Double.MAX_VALUE);
        clipNorm.ifPresent(norm -> Range.check("clip_norm", norm, Double.MIN_VALUE, Double.MAX_VALUE));
        EnumMap<ParameterRole, Role> all = new EnumMap<>(ParameterRole.class);
        all.putAll(roles);
        roles = Collections.unmodifiableMap(all);
    }

    /** One rate and one decay for everything. */
    public static OptimizerSettings of(UpdateRule rule, double weightDecay) {
        return new OptimizerSettings(rule, weightDecay, OptionalDouble.empty(), Map.of());
    }

    /** How a trained tensor of that name moves. */
    Role role(String name) {
        return roles.getOrDefault(ParameterRole.of(name), Role.USUAL);
    }
}
