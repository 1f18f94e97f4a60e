package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Normalization;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Edges;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.metric.ScorerOptions;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.export.DjlForward;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.work.WorkQueue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Scores weights on whole images, the way that the server answers, with the scorers of {@code facet evaluate}. The matching of
 * boundaries takes long, so edges are scored on the first images alone and at few thresholds: such scores compare weights, they
 * aren't those of the benchmark. Images are read, and answers scored, beside the network.
 */
final class Validation implements AutoCloseable {
    private static final int EDGE_IMAGES = 20;
    private static final int EDGE_THRESHOLDS = 20;

    private final NDManager manager;
    private final RunSettings settings;
    private final HeldImages images;
    private final Normalization normalization;
    private final WorkQueue<HeldImages.Held> reading = new WorkQueue<>("images", 1);
    private final ScoringQueue scoring = new ScoringQueue(1);

    Validation(NDManager manager, RunSettings settings, HeldImages images, Normalization normalization) {
        this.manager = manager;
        this.settings = settings;
        this.images = images;
        this.normalization = normalization;
    }

    /**
     * Scores networks.
     *
     * @param stopping asked before each image
     * @return empty if it was stopped
     */
    Optional<Scores> run(Map<String, TaskNetwork> networks, BooleanSupplier stopping) throws InterruptedException {
        Map<String, Scorer> scorers = new LinkedHashMap<>();
        Map<String, Double> losses = new LinkedHashMap<>();
        for (TaskSettings task : settings.tasks()) {
            scorers.put(task.name(), Scorer.of(task.kind(), options()));
            losses.put(task.name(), 0.0);
        }
        try {
            read(0);
            for (int i = 0; i < images.size(); i++) {
                if (stopping.getAsBoolean()) {
                    return Optional.empty();
                }
                HeldImages.Held held = reading.take();
                read(i + 1);
                for (TaskSettings task : settings.tasks()) {
                    Answer answer = answer(networks.get(task.name()), task, held);
                    losses.merge(task.name(), answer.loss() / images.size(), Double::sum);
                    if (!(task.kind() instanceof Edges) || i < EDGE_IMAGES) {
                        Sample sample = held.sample();
                        scoring.submit(
                                scorers.get(task.name()), sample.id(), answer.prediction(), sample.label(task.name()));
                    }
                }
            }
            scoring.drain();
        } finally {
            reading.cancel();
            scoring.cancel();
        }
        Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
        scorers.forEach((task, scorer) -> scores.put(task, scores(scorer)));
        return Optional.of(new Scores(scores, losses));
    }

    /** Pictures of image, answer and truth, by task and image. */
    List<Picture> pictures(Map<String, TaskNetwork> networks) {
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            HeldImages.Held held = images.image(i);
            for (TaskSettings task : settings.tasks()) {
                Answer answer = answer(networks.get(task.name()), task, held);
                pictures.add(new Picture(task.name(), held, answer.prediction()));
            }
        }
        return pictures;
    }

    /** An answer with the image and labels that belong to it. */
    record Picture(String task, HeldImages.Held held, Prediction prediction) {}

    private record Answer(Prediction prediction, double loss) {}

    private ScorerOptions options() {
        BoundaryOptions boundaries = BoundaryOptions.STANDARD.withMaxDistance(images.boundaryTolerance());
        return new ScorerOptions(false, boundaries.withThresholds(EDGE_THRESHOLDS));
    }

    /** A validation split without anything that counts has no scores. */
    private static Map<String, Double> scores(Scorer scorer) {
        return scorer.isEmpty() ? Map.of() : scorer.scores();
    }

    private Answer answer(TaskNetwork network, TaskSettings task, HeldImages.Held held) {
        Raster image = held.sample().image();
        Frame frame = settings.policy().frame(image.height(), image.width());
        int height = frame.paddedHeight();
        int width = frame.paddedWidth();
        Loss loss = Loss.of(task.kind(), task.function(), task.parameters());
        try (NDScope scope = new NDScope();
                NDManager local = manager.newSubManager()) {
            scope.suppressNotUsedWarning();
            NDArray map = network.forward(DjlForward.input(local, image, frame, normalization), false);
            NetworkOutput output = DjlForward.output(map);
            float[] labels = held.scaled().padded(task.name(), height, width);
            NDArray prediction = loss.prediction(map, height, width);
            NDArray value = held.scaled()
                    .paddedWeights(height, width)
                    .map(weights -> loss.of(prediction, labels, weights))
                    .orElseGet(() -> loss.of(prediction, labels));
            return new Answer(task.kind().decode(output, frame), Ops.toDouble(value) * task.weight());
        }
    }

    private void read(int index) {
        if (index < images.size()) {
            reading.submit(() -> images.image(index));
        }
    }

    @Override
    public void close() {
        reading.close();
        scoring.close();
    }
}
