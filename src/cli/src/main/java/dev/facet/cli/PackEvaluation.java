package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.Sample;
import dev.facet.evaluation.metric.Scorer;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.inference.InputBuffers;
import dev.facet.runtime.inference.PhotoInput;
import dev.facet.runtime.inference.Predictor;
import dev.facet.runtime.schedule.Request;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.SchedulerLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;

/** Answers a data set's images as the server does, one image a core at a time, and scores each. */
final class PackEvaluation {
    private static final long NO_DEADLINE_NANOS = Long.MAX_VALUE / 4;

    private PackEvaluation() {}

    /** @param pictures folder for pictures, or null */
    static void run(
            DeviceChoice device,
            FilterBank bank,
            ModulatorPack pack,
            LabelledDataset dataset,
            List<String> ids,
            Scorer scorer,
            Path pictures) {
        int workers = Math.min(Defaults.threads(), ids.size());
        Predictor predictor = new Predictor(new Scheduler(new SchedulerLimits(workers, workers, Long.MAX_VALUE)));
        InputBuffers buffers = new InputBuffers(workers);
        // Several images keep the cores busy with one thread each; a single one gets them all.
        EngineOptions options = new EngineOptions(device, workers > 1 ? 1 : 0, false);
        try (Engine engine = OrtEngine.open(bank, options);
                PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                ProgressBar progress = Progress.bar("scoring", ids.size())) {
            Workers.each(ids, workers, id -> {
                Sample sample = dataset.sample(id);
                Prediction prediction;
                try (PhotoInput input =
                        new PhotoInput(sample.photo(), bank.manifest().input(), buffers)) {
                    prediction = predictor
                            .predict(
                                    prepared,
                                    input,
                                    pixels -> new Request(pixels, 0, System.nanoTime() + NO_DEADLINE_NANOS))
                            .prediction();
                }
                try {
                    scorer.add(
                            id, prediction, sample.label(pack.manifest().task().id()));
                } catch (IllegalArgumentException e) {
                    throw new DatasetException("%s [image=%s]".formatted(e.getMessage(), id), e);
                }
                if (pictures != null) {
                    Raster panel = SideBySide.of(sample, pack.manifest().task().id(), prediction);
                    Files.write(
                            pictures.resolve(id + ".png"),
                            PngWriter.rgb8(panel.height(), panel.width(), panel.rgb(), Map.of()));
                }
                progress.step();
            });
        }
    }
}
