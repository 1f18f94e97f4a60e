package dev.facet.cli;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.EncodingOptions;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.Raster;
import dev.facet.core.image.Resampler;
import dev.facet.core.image.Resolution;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.PredictionLimits;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.prediction.TiledAnswer;
import dev.facet.runtime.prediction.TiledRun;
import dev.facet.runtime.schedule.EngineTurns;
import java.util.List;

/**
 * Answers images with one pack, as the server does: whole or in tiles, at their own size or another. Thread-safe.
 *
 * @param turns runs of the engine at the same time
 * @param options how an answer is encoded
 * @param resolution of all answers
 */
record ImageAnswers(
        Engine engine,
        EngineTurns turns,
        PreparedPack pack,
        InputBuffers buffers,
        EncodingOptions options,
        Resolution resolution) {
    /** Who calls owns the machine: a run may take as much memory as the largest input policy asks for. */
    private static final PredictionLimits LIMITS =
            new PredictionLimits(ImageLimits.DEFAULT, Integer.MAX_VALUE, InputPolicy.MAX_SIZE);

    /** @throws dev.facet.runtime.prediction.ParameterException if the image can't be answered at the resolution */
    Encoded answer(Raster image, Representation representation) {
        AnswerForm form = new AnswerForm(representation, options, false);
        LIMITS.check(
                image.height(),
                image.width(),
                resolution,
                List.of(pack.manifest().input()));
        return resolution.tiling().isPresent() ? inTiles(image, form) : whole(image, form);
    }

    private Encoded inTiles(Raster image, AnswerForm form) {
        TiledAnswer answer = new TiledRun(engine, turns, buffers)
                .run(image, List.of(pack), form, resolution, Cancellation.withoutDeadline())
                .get(0);
        if (answer.failure().isPresent()) {
            throw answer.failure().get();
        }
        return answer.encoded().orElseThrow();
    }

    private Encoded whole(Raster image, AnswerForm form) {
        Cancellation wanted = Cancellation.withoutDeadline();
        try (NetworkInputs inputs =
                new NetworkInputs(SourceImage.of(image), engine, turns, buffers, new FeatureCache(0))) {
            Frame frame = inputs.frame(pack);
            NetworkOutput output = inputs.run(pack, frame, wanted).output();
            Frame answered = resolution.answer(frame);
            Raster shown = PredictionEncoder.needsImage(form)
                    ? Resampler.resize(image, answered.imageHeight(), answered.imageWidth())
                    : null;
            return PredictionEncoder.encode(pack.manifest().task(), output, answered, form, shown, wanted);
        }
    }
}
