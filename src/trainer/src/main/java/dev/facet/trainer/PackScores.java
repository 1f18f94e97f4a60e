package dev.facet.trainer;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputTensor;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.export.DjlForward;
import dev.facet.trainer.network.TaskNetwork;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Scores a pack as it is stored on whole images of a split, on the training engine. The scorers are those of {@code facet
 * evaluate}; engines differ in the last digits.
 */
final class PackScores {
    private static final int WAITING = 8;

    private PackScores() {}

    /** The scores by name. */
    static Map<String, Double> of(FilterBank bank, ModulatorPack pack, LabelledDataset dataset)
            throws InterruptedException {
        TaskKind kind = pack.manifest().task();
        BoundaryOptions standard = BoundaryOptions.STANDARD;
        BoundaryOptions boundaries =
                new BoundaryOptions(dataset.boundaryTolerance(), standard.thresholds(), standard.nearest());
        Scorer scorer = Scorer.of(kind, new ScorerOptions(false, boundaries));
        TorchEngine.start();
        ExecutorService scoring =
                Executors.newFixedThreadPool(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
        try (NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.of(manager, bank, pack)) {
            Deque<Future<?>> waiting = new ArrayDeque<>();
            for (String id : dataset.ids()) {
                Sample sample = dataset.sample(id);
                Prediction prediction = answer(manager, network, bank, pack, sample);
                waiting.add(scoring.submit(() -> scorer.add(id, prediction, sample.label(kind.id()))));
                if (waiting.size() > WAITING) {
                    await(waiting.remove());
                }
            }
            for (Future<?> future : waiting) {
                await(future);
            }
        } finally {
            scoring.shutdownNow();
        }
        return scorer.scores();
    }

    private static void await(Future<?> future) throws InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("image can't be scored: " + e.getCause(), e.getCause());
        }
    }

    private static Prediction answer(
            NDManager manager, TaskNetwork network, FilterBank bank, ModulatorPack pack, Sample sample) {
        Frame frame = pack.manifest()
                .input()
                .frame(sample.photo().height(), sample.photo().width());
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        InputTensor.prepare(sample.photo(), frame, bank.manifest().input(), input);
        try (NDManager local = manager.newSubManager()) {
            Shape shape = new Shape(1, 3, frame.paddedHeight(), frame.paddedWidth());
            return pack.manifest().task().decode(DjlForward.map(network, local.create(input, shape)), frame);
        }
    }
}
