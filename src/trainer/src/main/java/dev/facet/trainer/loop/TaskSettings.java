package dev.facet.trainer.loop;

import dev.facet.core.task.TaskKind;
import dev.facet.trainer.loss.LossFunction;
import dev.facet.trainer.loss.LossParameters;
import dev.facet.trainer.network.NetworkSpecification;

/**
 * What one task of a run does.
 *
 * @param kind task; its id is its name in a run
 * @param network shape of its network
 * @param function what is minimised
 * @param parameters of that
 * @param weight factor of the loss
 */
public record TaskSettings(
        TaskKind kind, NetworkSpecification network, LossFunction function, LossParameters parameters, double weight) {
    /** The name of the task: its kind's. */
    public String name() {
        return kind.id();
    }
}
