package dev.facet.trainer.loop;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.network.NetworkSpecification;
import dev.facet.trainer.sample.AugmentationSettings;
import java.util.OptionalDouble;

/**
 * What a run does.
 *
 * @param seed seed of views, order and initial values
 * @param steps optimizer steps
 * @param kind task
 * @param network shape of the network
 * @param policy how photos are scaled in validation, as the server does
 * @param views random views
 * @param batchSize views per step
 * @param workers threads that make views
 * @param schedule learning rate
 * @param momentum momentum of SGD
 * @param weightDecay decay of every trained tensor
 * @param lossWeight factor of the loss
 * @param positiveWeight weight of edges; empty as HED has it
 * @param averageDecay decay of the average of weights; 0 for none
 * @param logEvery steps between lines
 * @param validateEvery steps between validations and checkpoints
 */
public record RunSettings(
        long seed,
        int steps,
        TaskKind kind,
        NetworkSpecification network,
        InputPolicy policy,
        AugmentationSettings views,
        int batchSize,
        int workers,
        Schedule schedule,
        double momentum,
        double weightDecay,
        double lossWeight,
        OptionalDouble positiveWeight,
        double averageDecay,
        int logEvery,
        int validateEvery) {}
