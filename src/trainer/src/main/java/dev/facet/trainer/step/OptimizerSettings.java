package dev.facet.trainer.step;

import java.util.OptionalDouble;

/**
 * How parameters move.
 *
 * @param rule update rule
 * @param weightDecay factor of p in the direction; on every trained tensor, as in the reference
 * @param modulatorRate factor of the learning rate of modulators, adapters and trained filters, 1 in the reference
 * @param modulatorDecay decay of these; empty as everything else
 * @param decayTowardsStart whether decay pulls these to where they began instead of to zero
 */
public record OptimizerSettings(
        UpdateRule rule,
        double weightDecay,
        double modulatorRate,
        OptionalDouble modulatorDecay,
        boolean decayTowardsStart) {
    public OptimizerSettings {
        Range.check("weight_decay", weightDecay, 0, Double.MAX_VALUE);
        Range.check("learning rate of modulators", modulatorRate, 0, Double.MAX_VALUE);
        modulatorDecay.ifPresent(decay -> Range.check("decay of modulators", decay, 0, Double.MAX_VALUE));
    }

    /** One rate and one decay for everything. */
    public static OptimizerSettings of(UpdateRule rule, double weightDecay) {
        return new OptimizerSettings(rule, weightDecay, 1, OptionalDouble.empty(), false);
    }
}
