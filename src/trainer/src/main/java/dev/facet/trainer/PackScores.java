package dev.facet.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.metric.ImageCounts;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.trainer.engine.TorchEngine;
import dev.facet.trainer.export.DjlForward;
import dev.facet.trainer.loop.ScoringQueue;
import dev.facet.trainer.network.TaskNetwork;
import java.util.Map;
import java.util.Optional;

/**
 * Scores a pack as it is stored on whole images of a split, on the training engine. The scorers are those of {@code facet
 * evaluate}; engines differ in the last digits.
 */
final class PackScores {
    private PackScores() {}

    /**
     * What was found on a split.
     *
     * @param scores by name
     * @param images what was counted on each image
     */
    record Scored(Map<String, Double> scores, ImageCounts images) {}

    /**
     * The scores by name; none where nothing in the split counts.
     *
     * @throws dev.facet.evaluation.dataset.DatasetException if an image can't be scored
     */
    static Map<String, Double> of(FilterBank bank, ModulatorPack pack, LabelledDataset dataset)
            throws InterruptedException {
        return find(bank, pack, dataset).map(Scored::scores).orElse(Map.of());
    }

    /** The same with what was counted on each image; empty where nothing in the split counts. */
    static Optional<Scored> find(FilterBank bank, ModulatorPack pack, LabelledDataset dataset)
            throws InterruptedException {
        TaskKind kind = pack.manifest().task();
        BoundaryOptions boundaries = BoundaryOptions.STANDARD.withMaxDistance(dataset.boundaryTolerance());
        Scorer scorer = Scorer.of(kind, new ScorerOptions(false, boundaries));
        TorchEngine.start();
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        try (ScoringQueue scoring = new ScoringQueue(threads);
                NDManager manager = TorchEngine.newManager();
                TaskNetwork network = TaskNetwork.of(manager, bank, pack)) {
            for (String id : dataset.ids()) {
                Sample sample = dataset.sample(id);
                Prediction prediction = answer(manager, network, bank, pack, sample.image());
                scoring.submit(scorer, id, prediction, sample.label(kind.id()));
            }
            scoring.drain();
        }
        return scorer.isEmpty() ? Optional.empty() : Optional.of(new Scored(scorer.scores(), scorer.imageCounts(kind)));
    }

    private static Prediction answer(
            NDManager manager, TaskNetwork network, FilterBank bank, ModulatorPack pack, Raster image) {
        Frame frame = pack.manifest().input().frame(image.height(), image.width());
        try (NDManager local = manager.newSubManager()) {
            NDArray input =
                    DjlForward.input(local, image, frame, bank.manifest().input());
            return pack.manifest().task().decode(DjlForward.map(network, input), frame);
        }
    }
}
