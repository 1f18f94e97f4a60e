package dev.facet.trainer.bench;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.facet.core.task.Segmentation;
import dev.facet.trainer.sample.Batch;

/** Training as DJL's documentation shows it: blocks, a trainer, its optimizer and its loss; the allocator as it is. */
final class PlainSide implements Side {
    private final Model model;
    private final Trainer trainer;
    private final BenchSettings settings;

    PlainSide(BenchSettings settings) {
        this.settings = settings;
        System.setProperty("ai.djl.offline", "true");
        model = Model.newInstance("plain", Device.cpu(), "PyTorch");
        model.setBlock(new PlainNetwork(settings.network()));
        Optimizer optimizer = Optimizer.sgd()
                .setLearningRateTracker(Tracker.fixed((float) BenchSettings.RATE))
                .optMomentum((float) BenchSettings.MOMENTUM)
                .optWeightDecays((float) BenchSettings.WEIGHT_DECAY)
                .build();
        trainer = model.newTrainer(new DefaultTrainingConfig(new SoftmaxCrossEntropyLoss("loss", 1, 1, true, true))
                .optOptimizer(optimizer)
                .optDevices(new Device[] {Device.cpu()}));
        trainer.initialize(new Shape(settings.batch(), 3, settings.size(), settings.size()));
    }

    @Override
    public double step(Batch batch) {
        float value;
        try (NDManager local = trainer.getManager().newSubManager()) {
            NDArray images = local.create(batch.images(), new Shape(batch.size(), 3, batch.height(), batch.width()));
            float[] ids = batch.labels(Segmentation.ID).clone();
            for (int i = 0; i < ids.length; i++) {
                // What is ignored is class 0 here: DJL's loss has no ignored label.
                ids[i] = ids[i] < settings.task().outputs() ? ids[i] : 0;
            }
            NDArray labels = local.create(ids, new Shape(batch.size(), 1, batch.height(), batch.width()));
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList answer = trainer.forward(new NDList(images));
                NDArray loss = trainer.getLoss().evaluate(new NDList(labels), answer);
                value = loss.getFloat();
                collector.backward(loss);
            }
            trainer.step();
        }
        return value;
    }

    /** How many numbers are trained. */
    long trainedElements() {
        return model.getBlock().getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(parameter -> parameter.getArray().size())
                .sum();
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
