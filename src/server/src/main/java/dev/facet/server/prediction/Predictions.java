package dev.facet.server.prediction;

import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Raster;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.inference.Answer;
import dev.facet.runtime.inference.InputBuffers;
import dev.facet.runtime.inference.NetworkInput;
import dev.facet.runtime.inference.Predictor;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.metrics.PredictionMeters.Stage;
import dev.facet.server.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** From an image's bytes to encoded answers. Blocks: called on the workers' threads. */
@ApplicationScoped
class Predictions {
    private final PackRegistry registry;
    private final Predictor predictor;
    private final InputBuffers buffers;
    private final Engine engine;
    private final DecodedImages images;
    private final PredictionMeters meters;

    Predictions(
            PackRegistry registry,
            Predictor predictor,
            InputBuffers buffers,
            Engine engine,
            DecodedImages images,
            PredictionMeters meters) {
        this.registry = registry;
        this.predictor = predictor;
        this.buffers = buffers;
        this.engine = engine;
        this.images = images;
        this.meters = meters;
    }

    /** What a client wants of each pack. */
    record Wish(PredictionQuery query, Representation representation, long deadlineNanos, Cancellation cancellation) {}

    /** An encoded answer and who gave it. */
    record Answered(String kind, String pack, Encoded content, Map<String, String> headers, StageTimes times) {}

    /** Leases the pack of a choice; the caller closes it. */
    Lease lease(PackChoice choice) {
        return choice.lease(registry);
    }

    /** Decodes an image, once, and lets it be used. */
    <T> T withImage(byte[] encoded, Wish wish, BiFunction<NetworkInput, Long, T> use) {
        if (wish.cancellation().isCancelled()) {
            throw new ProblemException(499, "CANCELLED", "the client is gone");
        }
        long begin = System.nanoTime();
        return images.with(encoded, wish.deadlineNanos(), image -> {
            long decodeNanos = System.nanoTime() - begin;
            meters.time(Stage.DECODE, decodeNanos);
            try (NetworkInput input =
                    new NetworkInput(image, engine.bank().manifest().input(), buffers)) {
                return use.apply(input, decodeNanos);
            }
        });
    }

    /** Answers an image with one pack. */
    Answered answer(Lease lease, NetworkInput image, Wish wish, long decodeNanos) {
        PredictionQuery query = wish.query();
        Answer answer =
                predictor.predict(lease, image, wish.cancellation().requests(query.priority(), wish.deadlineNanos()));
        long begin = System.nanoTime();
        Encoded content = encode(answer, wish, image.image());
        StageTimes times = new StageTimes(decodeNanos, answer, System.nanoTime() - begin);
        times.record(meters);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Facet-Task", lease.manifest().task().id());
        headers.put("Facet-Pack", lease.id().name());
        headers.put("Facet-Pack-Version", lease.id().version());
        headers.put("Facet-Pack-Digest", lease.digest());
        return new Answered(lease.manifest().task().id(), lease.id().name(), content, headers, times);
    }

    private static Encoded encode(Answer answer, Wish wish, Raster image) {
        AnswerForm form = new AnswerForm(
                wish.representation(), wish.query().options(), wish.query().logits());
        return PredictionEncoder.encode(
                answer.task(),
                answer.output(),
                answer.frame(),
                form,
                image,
                dev.facet.core.cancellation.Cancellation.withoutDeadline());
    }
}
