package dev.facet.cli;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.report.PictureSheet;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.PackAnswer;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.schedule.EngineTurns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers a data set's images as the server or the reference does, one image a core at a time, and scores each. Packs with a common
 * prefix share the features of an image.
 */
final class PackEvaluation implements AutoCloseable {
    private final Engine engine;
    private final Optional<PaddedInput> padding;
    private final EngineTurns turns;
    private final InputBuffers buffers = new InputBuffers(Defaults.KEPT_INPUT_BYTES);
    private final Map<PackScoring, PreparedPack> packs = new LinkedHashMap<>();

    private PackEvaluation(Engine engine, Optional<PaddedInput> padding, int workers) {
        this.engine = engine;
        this.padding = padding;
        this.turns = new EngineTurns(workers);
    }

    /**
     * Scores images.
     *
     * @param options of the engine; how many threads a run has is decided here
     * @param padding pads images as the reference does; empty scales them as the packs say
     */
    static void run(
            EngineOptions options, CalibratedBank bank, List<PackScoring> scorings, Optional<PaddedInput> padding) {
        Map<String, List<PackScoring>> byImage = new LinkedHashMap<>();
        for (PackScoring scoring : scorings) {
            scoring.ids()
                    .forEach(id -> byImage.computeIfAbsent(id, absent -> new ArrayList<>())
                            .add(scoring));
        }
        int workers = Math.max(1, Math.min(Defaults.threads(), byImage.size()));
        // Several images keep the cores busy with one thread each; a single one gets them all.
        try (Engine engine = bank.open(options.withThreads(workers > 1 ? 1 : 0));
                PackEvaluation evaluation = new PackEvaluation(engine, padding, workers);
                Progress progress = Progress.bar("scoring", byImage.size())) {
            for (PackScoring scoring : scorings) {
                evaluation.packs.put(scoring, engine.prepare(scoring.pack(), scoring.plan()));
            }
            ParallelWork.each(List.copyOf(byImage.keySet()), workers, id -> {
                evaluation.score(id, byImage.get(id));
                progress.step();
            });
        }
    }

    private void score(String id, List<PackScoring> scorings) throws Exception {
        Raster image = scorings.get(0).dataset().sample(id).image();
        Raster input = padding.map(padded -> padded.pad(image)).orElse(image);
        SourceImage source = SourceImage.of(input);
        try (NetworkInputs inputs = new NetworkInputs(source, engine, turns, buffers, new FeatureCache(0))) {
            for (PackScoring scoring : scorings) {
                score(id, scoring, image, predict(inputs, packs.get(scoring), input, image));
            }
        }
    }

    private Prediction predict(NetworkInputs inputs, PreparedPack pack, Raster input, Raster image) {
        Frame frame = padding.isPresent() ? Frame.identity(input.height(), input.width()) : inputs.frame(pack);
        PackAnswer answer = inputs.run(pack, frame, Cancellation.withoutDeadline());
        Prediction whole = pack.manifest().task().decode(answer.output(), frame);
        return padding.isPresent() ? PaddedInput.cut(whole, image) : whole;
    }

    private static void score(String id, PackScoring scoring, Raster image, Prediction prediction) throws Exception {
        TaskKind kind = scoring.pack().manifest().task();
        Sample sample = scoring.dataset().sample(id);
        Label label = sample.label(kind.id());
        scoring.scorer().add(id, prediction, label);
        if (scoring.saved() != null) {
            PredictionFiles.write(scoring.saved(), id, prediction);
        }
        if (scoring.pictures() != null) {
            PictureSheet.write(scoring.pictures(), scoring.name(), id, Optional.of(image), prediction, label);
        }
    }

    @Override
    public void close() {
        packs.values().forEach(PreparedPack::close);
    }
}
