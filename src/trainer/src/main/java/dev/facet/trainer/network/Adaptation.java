package dev.facet.trainer.network;

import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a task's encoder leaves the bank, and what is trained.
 *
 * @param modulation what is private in each convolution
 * @param modulatedFrom first stage that is adapted; what lies before is the bank's own network
 * @param fusion normalized feature fusion: modulators are trained as gain times unit row; only with {@code rc}
 * @param frozen roles that stay as they start: no gradient is computed for them. Running statistics follow all the same
 * @param batchStatistics whether the encoder's norms use the batch's statistics in training; otherwise the running ones, which
 *     then stay as they start
 */
public record Adaptation(
        Modulation modulation,
        Stage modulatedFrom,
        boolean fusion,
        Set<ParameterRole> frozen,
        boolean batchStatistics) {
    public Adaptation {
        if (fusion && modulation != Modulation.RC) {
            throw new IllegalArgumentException(
                    "normalized feature fusion: value=true, expected=false with modulation=%s (only rc has modulators)"
                            .formatted(modulation.id()));
        }
        EnumSet<ParameterRole> roles = EnumSet.noneOf(ParameterRole.class);
        roles.addAll(frozen);
        frozen = Collections.unmodifiableSet(roles);
    }

    /** Everything private is trained, from the first convolution on. */
    public static Adaptation of(Modulation modulation) {
        return new Adaptation(modulation, Stage.CONV1, false, Set.of(), true);
    }

    public Adaptation from(Stage stage) {
        return new Adaptation(modulation, stage, fusion, frozen, batchStatistics);
    }

    public Adaptation withFusion(boolean on) {
        return new Adaptation(modulation, modulatedFrom, on, frozen, batchStatistics);
    }

    /** A copy in which these roles stay as they start, and no others. */
    public Adaptation freezing(Set<ParameterRole> roles) {
        return new Adaptation(modulation, modulatedFrom, fusion, roles, batchStatistics);
    }

    /** A copy whose norms use the running statistics in training too. */
    public Adaptation withRunningStatistics() {
        return new Adaptation(modulation, modulatedFrom, fusion, frozen, false);
    }
}
