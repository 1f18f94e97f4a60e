package dev.facet.trainer.bench;

import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Stage;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.engine.Precision;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.Start;
import dev.facet.trainer.sample.Batch;
import dev.facet.trainer.step.OptimizerSettings;
import dev.facet.trainer.step.TaskObjective;
import dev.facet.trainer.step.Trainee;
import dev.facet.trainer.step.UpdateRule;
import java.util.List;
import java.util.OptionalDouble;

/** Training as {@code facet train} does it. */
final class FacetSide implements Side {
    private final NDManager manager;
    private final Trainee trainee;

    FacetSide(FilterBank bank, BenchSettings settings, Precision precision, Stage modulatedFrom) {
        manager = TorchEngine.newManager();
        Segmentation task = settings.task();
        TaskObjective objective = new TaskObjective(
                task.id(),
                settings.network(modulatedFrom),
                Start.bank(),
                Loss.forKind(task, OptionalDouble.empty()),
                1);
        UpdateRule rule = UpdateRule.Sgd.withMomentum(BenchSettings.MOMENTUM);
        trainee = Trainee.begin(
                manager,
                bank,
                List.of(objective),
                Trainee.Joint.NOTHING_SHARED,
                OptimizerSettings.of(rule, BenchSettings.WEIGHT_DECAY),
                1,
                precision);
    }

    @Override
    public double step(Batch batch) {
        return trainee.step(batch, BenchSettings.RATE).get(Segmentation.ID);
    }

    /** How many numbers are trained. */
    long trainedElements() {
        return trainee.networks().get(Segmentation.ID).parameters().trainedElements();
    }

    @Override
    public void close() {
        trainee.close();
        manager.close();
    }
}
