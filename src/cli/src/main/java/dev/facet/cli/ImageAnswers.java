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
import dev.facet.core.image.Resolution;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.prediction.FeatureCache;
import dev.facet.runtime.prediction.InputBuffers;
import dev.facet.runtime.prediction.NetworkInputs;
import dev.facet.runtime.prediction.ParameterException;
import dev.facet.runtime.prediction.PredictionLimits;
import dev.facet.runtime.prediction.SourceImage;
import dev.facet.runtime.prediction.TiledAnswer;
import dev.facet.runtime.prediction.TiledRun;
import dev.facet.runtime.schedule.EngineTurns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Answers images with packs, as the server does: whole or in tiles, at their own size or another. Packs share an image's input and the
 * features that they have in common; their bits are those of each alone. Thread-safe once all packs are added; closing closes
 * the packs.
 */
final class ImageAnswers implements AutoCloseable {
    /** Who calls owns the machine: a run may take as much memory as the largest input policy asks for. */
    private static final PredictionLimits LIMITS =
            new PredictionLimits(ImageLimits.DEFAULT, Integer.MAX_VALUE, InputPolicy.MAX_SIZE, Long.MAX_VALUE);

    private final Engine engine;
    private final EngineTurns turns;
    private final EncodingOptions options;
    private final Resolution resolution;
    private final InputBuffers buffers = new InputBuffers(Defaults.KEPT_INPUT_BYTES);
    private final List<PreparedPack> packs = new ArrayList<>();

    /**
     * What a pack answered, or why it didn't.
     *
     * @param encoded empty where there is a failure
     * @param failure an {@link EngineException} or {@link ParameterException}; empty where there is an answer
     */
    record Answer(Optional<Encoded> encoded, Optional<RuntimeException> failure) {
        /** Its bytes, or its failure thrown. */
        Encoded orThrow() {
            return encoded.orElseThrow(failure::orElseThrow);
        }
    }

    /**
     * @param turns runs of the engine at the same time
     * @param options how an answer is encoded
     * @param resolution of all answers
     */
    ImageAnswers(Engine engine, EngineTurns turns, EncodingOptions options, Resolution resolution) {
        this.engine = engine;
        this.turns = turns;
        this.options = options;
        this.resolution = resolution;
    }

    /** Prepares a pack, whose answer comes after those of the packs that were added before. */
    void add(ModulatorPack pack, Plan plan) {
        packs.add(engine.prepare(pack, plan));
    }

    /**
     * Answers an image.
     *
     * @return what each pack answered, in the order in which they were added; the failure of one is no other's
     * @throws ParameterException if the image can't be answered at the resolution by any pack
     */
    List<Answer> answer(Raster image, Representation representation) {
        AnswerForm form = new AnswerForm(representation, options, false);
        LIMITS.check(image.height(), image.width(), resolution, List.of());
        Answer[] answers = new Answer[packs.size()];
        List<Integer> answering = new ArrayList<>();
        for (int index : shallowFirst()) {
            try {
                PackManifest manifest = packs.get(index).manifest();
                LIMITS.check(image.height(), image.width(), resolution, List.of(manifest));
                answering.add(index);
            } catch (ParameterException e) {
                answers[index] = failed(e);
            }
        }
        if (resolution.tiling().isPresent()) {
            inTiles(image, form, answering, answers);
        } else {
            whole(image, form, answering, answers);
        }
        return List.of(answers);
    }

    /** Positions of the packs, so that a deeper prefix extends the features of a shallower one. */
    private List<Integer> shallowFirst() {
        return IntStream.range(0, packs.size())
                .boxed()
                .sorted(Comparator.comparing(index -> packs.get(index).prefix().end()))
                .toList();
    }

    private void inTiles(Raster image, AnswerForm form, List<Integer> answering, Answer[] answers) {
        List<PreparedPack> running = answering.stream().map(packs::get).toList();
        List<TiledAnswer> given = new TiledRun(engine, turns, buffers)
                .run(image, running, form, resolution, Cancellation.withoutDeadline());
        for (int i = 0; i < given.size(); i++) {
            TiledAnswer answer = given.get(i);
            answers[answering.get(i)] = answer.failure()
                    .map(ImageAnswers::failed)
                    .orElseGet(() -> new Answer(answer.encoded(), answer.failure()));
        }
    }

    private void whole(Raster image, AnswerForm form, List<Integer> answering, Answer[] answers) {
        SourceImage source = SourceImage.of(image);
        try (NetworkInputs inputs = new NetworkInputs(source, engine, turns, buffers, new FeatureCache(0))) {
            for (int index : answering) {
                answers[index] = whole(source, inputs, packs.get(index), form);
            }
        }
    }

    private Answer whole(SourceImage source, NetworkInputs inputs, PreparedPack pack, AnswerForm form) {
        Cancellation wanted = Cancellation.withoutDeadline();
        try {
            Frame frame = inputs.frame(pack);
            NetworkOutput output = inputs.run(pack, frame, wanted).output();
            Frame answered = resolution.answer(frame);
            Raster shown = PredictionEncoder.needsImage(form)
                    ? source.shown(answered.imageHeight(), answered.imageWidth(), wanted)
                    : null;
            return new Answer(
                    Optional.of(
                            PredictionEncoder.encode(pack.manifest().task(), output, answered, form, shown, wanted)),
                    Optional.empty());
        } catch (EngineException e) {
            return failed(e);
        }
    }

    /** A failure that is this pack's alone; any other is a fault of ours and ends the command. */
    private static Answer failed(RuntimeException failure) {
        if (failure instanceof EngineException || failure instanceof ParameterException) {
            return new Answer(Optional.empty(), Optional.of(failure));
        }
        throw failure;
    }

    @Override
    public void close() {
        packs.forEach(PreparedPack::close);
    }
}
