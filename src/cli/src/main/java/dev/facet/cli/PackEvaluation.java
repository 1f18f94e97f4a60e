package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.evaluation.report.SideBySide;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.PackAnswer;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.schedule.EngineTurns;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Answers a data set's images as the server or the reference does, one image a core at a time, and scores each. */
final class PackEvaluation {
    private PackEvaluation() {}

    /**
     * Scores images.
     *
     * @param padding pads images as the reference does; empty scales them as the pack says
     * @param pictures folder for pictures, or null
     * @param saved folder for the answers in the reference's formats, or null
     */
    static void run(
            DeviceChoice device,
            FilterBank bank,
            ModulatorPack pack,
            LabelledDataset dataset,
            List<String> ids,
            Optional<PaddedInput> padding,
            Scorer scorer,
            Path pictures,
            Path saved) {
        int workers = Math.min(Defaults.threads(), ids.size());
        InputBuffers buffers = new InputBuffers(Defaults.KEPT_INPUT_BYTES);
        EngineTurns turns = new EngineTurns(workers);
        // Several images keep the cores busy with one thread each; a single one gets them all.
        EngineOptions options = new EngineOptions(device, workers > 1 ? 1 : 0, false);
        TaskKind kind = pack.manifest().task();
        try (Engine engine = OrtEngine.open(bank, options);
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                Progress progress = Progress.bar("scoring", ids.size())) {
            ParallelWork.each(ids, workers, id -> {
                Sample sample = dataset.sample(id);
                Prediction prediction = padding.isPresent()
                        ? padding.get()
                                .predict(
                                        prepared,
                                        sample.image(),
                                        bank.manifest().input())
                        : answer(engine, turns, prepared, sample.image(), buffers);
                Label label = sample.label(kind.id());
                scorer.add(id, prediction, label);
                if (saved != null) {
                    PredictionFiles.write(saved, id, prediction);
                }
                if (pictures != null) {
                    SideBySide.write(pictures, id, Optional.of(sample.image()), prediction, label);
                }
                progress.step();
            });
        }
    }

    private static Prediction answer(
            Engine engine, EngineTurns turns, PreparedPack pack, Raster raster, InputBuffers buffers) {
        SourceImage image = SourceImage.of(raster);
        try (NetworkInputs inputs = new NetworkInputs(image, engine, turns, buffers, new FeatureCache(0))) {
            Frame frame = inputs.frame(pack);
            PackAnswer answer = inputs.run(pack, frame, Cancellation.withoutDeadline());
            return pack.manifest().task().decode(answer.output(), frame);
        }
    }
}
