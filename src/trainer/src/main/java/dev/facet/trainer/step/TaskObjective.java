package dev.facet.trainer.step;

import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.network.Start;

/**
 * What one task trains for.
 *
 * @param name the task's name: the kind, under which batches carry its labels
 * @param network shape of its network
 * @param start what the network starts from
 * @param loss what is minimised
 * @param weight factor of the loss; with one task it acts as a factor of the learning rate
 */
public record TaskObjective(String name, NetworkSpecification network, Start start, Loss loss, double weight) {
    public TaskObjective {
        if (!(weight >= 0)) {
            throw new IllegalArgumentException(
                    "weight of the loss: value=%s, expected=0 or more [task=%s]".formatted(weight, name));
        }
    }
}
