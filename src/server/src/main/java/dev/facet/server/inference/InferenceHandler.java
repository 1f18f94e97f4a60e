package dev.facet.server.inference;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.Representation;
import dev.facet.runtime.prediction.EncodedImage;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionRequest;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.PredictionResult;
import dev.facet.runtime.prediction.PredictionService;
import dev.facet.runtime.prediction.RequestListener;
import dev.facet.runtime.prediction.TensorRequest;
import dev.facet.runtime.registry.Route;
import dev.facet.runtime.schedule.Client;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.metrics.ModelStatistics;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.observation.ObservedRequest;
import dev.facet.server.prediction.AnswerHeaders;
import dev.facet.server.prediction.PredictionQuery;
import dev.facet.server.prediction.Representations;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Answers requests of the protocol: makes the request of the one way through the server, for a tensor or for an image, and what came
 * of it the protocol's answer. Thread-safe.
 */
@ApplicationScoped
public class InferenceHandler {
    private final PredictionService service;
    private final PredictionMeters meters;
    private final ModelStatistics statistics;
    private final Duration longest;

    InferenceHandler(
            PredictionService service,
            PredictionMeters meters,
            ModelStatistics statistics,
            FacetConfiguration configuration) {
        this.service = service;
        this.meters = meters;
        this.statistics = statistics;
        this.longest = configuration.request().timeout();
    }

    /**
     * What a transport knows of a request beside its content.
     *
     * @param context of HTTP's request, which may have many of the protocol's
     * @param client who asks
     * @param beginNanos when its last byte had arrived, on the clock of {@link System#nanoTime()}
     * @param limit how long the client waits, where the transport says it
     * @param route decides which version answers where requests are divided between several
     */
    public record Call(RoutingContext context, Client client, long beginNanos, Optional<Duration> limit, Route route) {}

    /** An answer under way. */
    public record Begun(CompletionStage<InferenceAnswer> answer, Cancellation cancellation) {}

    /**
     * Begins to answer.
     *
     * @return the answer, which the caller closes, and by what the caller cancels it when the client is gone
     * @throws dev.facet.server.problem.ProblemException 400 for a request that isn't understood
     */
    public Begun begin(Inference inference, Call call) {
        List<PackSelector> packs = List.of(inference.model().selector(inference.version(), call.route()));
        ObservedRequest observed = new ObservedRequest(meters, call.context(), packs, call.beginNanos());
        try {
            return begin(inference, call, new Prepared(inference, call.route()), observed);
        } catch (RuntimeException e) {
            inference.inputs().forEach(input -> input.data().close());
            record(inference, observed, packs.get(0), 0, null, e, call);
            throw e;
        }
    }

    private Begun begin(Inference inference, Call call, Prepared prepared, ObservedRequest observed) {
        Duration limit = call.limit().filter(own -> own.compareTo(longest) < 0).orElse(longest);
        Cancellation cancellation = Cancellation.at(
                call.beginNanos() + inference.parameters().timeout(limit).toNanos());
        CompletionStage<PredictionResult> result =
                prepared.submit(service, call.client(), inference.parameters().priority(), cancellation, observed);
        CompletionStage<InferenceAnswer> answer = result.whenComplete((answered, failure) ->
                        record(inference, observed, prepared.pack, prepared.images(), answered, failure, call))
                .thenApply(answered -> prepared.answer(inference, answered, observed));
        return new Begun(answer, cancellation);
    }

    /** See {@link PredictionService#read}. */
    public <T> CompletionStage<T> read(Supplier<T> reading) {
        return service.read(reading);
    }

    private void record(
            Inference inference,
            ObservedRequest observed,
            PackSelector pack,
            long images,
            PredictionResult result,
            Throwable failure,
            Call call) {
        List<PredictionResponse> responses = result == null ? List.of() : result.responses();
        observed.answered(responses, failure);
        statistics.record(
                inference.model().toString(),
                pack,
                observed.packs().stream().findFirst().flatMap(held -> held),
                responses.isEmpty() ? Optional.empty() : Optional.of(responses.get(0)),
                images,
                System.nanoTime() - call.beginNanos());
    }

    /** A request that was checked. */
    private static final class Prepared {
        private final InputTensor input;
        private final PackSelector pack;
        private final Optional<Boolean> binary;
        private final InferenceTensor tensor;
        private final PredictionQuery query;

        Prepared(Inference inference, Route route) {
            ModelName model = inference.model();
            this.pack = model.selector(inference.version(), route);
            this.input = onlyInput(inference, TensorKind.input(model));
            this.binary = binary(inference, TensorKind.output(model, 0).name());
            if (model.isImage()) {
                InferenceImage.checkShape(input);
                this.tensor = null;
                this.query = PredictionQuery.of(inference.parameters().query(), Parameters.ofRequests(), Duration.ZERO);
            } else {
                this.query = null;
                inference.parameters().checkNames(Parameters.ofRequests());
                this.tensor = InferenceTensor.of(input);
            }
            inference.parameters().priority();
        }

        long images() {
            return tensor == null ? 1 : tensor.batch();
        }

        private static InputTensor onlyInput(Inference inference, TensorKind expected) {
            List<InputTensor> inputs = inference.inputs();
            if (inputs.size() != 1 || !inputs.get(0).name().equals(expected.name())) {
                throw InvalidTensor.because("inputs: model='%s', inputs=%s, expected one, '%s'"
                        .formatted(inference.model(), names(inputs.stream().map(InputTensor::name)), expected.name()));
            }
            InputTensor input = inputs.get(0);
            if (!input.datatype().equals(expected.datatype())) {
                throw InvalidTensor.because("datatype: input='%s', datatype='%s', expected %s"
                        .formatted(
                                input.name(), names(Stream.of(input.datatype())).get(0), expected.datatype()));
            }
            return input;
        }

        /** Whether the output is wanted as bytes, once it is sure that it is the one that is wanted. */
        private static Optional<Boolean> binary(Inference inference, String expected) {
            Set<String> asked = new HashSet<>();
            for (RequestedOutput output : inference.outputs()) {
                if (!output.name().equals(expected) || !asked.add(output.name())) {
                    throw InvalidTensor.because("outputs: model='%s', outputs=%s, expected none for all, or '%s'"
                            .formatted(
                                    inference.model(),
                                    names(inference.outputs().stream().map(RequestedOutput::name)),
                                    expected));
                }
            }
            Optional<Boolean> all = inference.parameters().flag(Parameters.BINARY_DATA_OUTPUT);
            return inference.outputs().isEmpty()
                    ? all
                    : inference.outputs().get(0).binary().or(() -> all);
        }

        /** As many as can be shown. */
        private static List<String> names(Stream<String> names) {
            return names.limit(4)
                    .map(name -> name.length() > 40 ? name.substring(0, 40) + "…" : name)
                    .toList();
        }

        CompletionStage<PredictionResult> submit(
                PredictionService service,
                Client client,
                int priority,
                Cancellation cancellation,
                RequestListener listener) {
            if (tensor != null) {
                return service.answer(new TensorRequest(tensor, pack, client, priority, cancellation, listener));
            }
            EncodedImage image = new InferenceImage(input.data());
            // Which kind it is turns out with the pack; what doesn't go with it is refused there.
            Representation representation = Representations.choose(Optional.empty(), query, null, Optional.empty());
            return service.predict(new PredictionRequest(
                    image,
                    List.of(pack),
                    new AnswerForm(representation, query.options(), query.logits()),
                    query.resolution(),
                    client,
                    priority,
                    cancellation,
                    listener));
        }

        InferenceAnswer answer(Inference inference, PredictionResult result, ObservedRequest observed) {
            if (result.responses().get(0) instanceof PredictionResponse.Failure failure) {
                result.close();
                throw failure.reason();
            }
            PredictionResponse.Success success =
                    (PredictionResponse.Success) result.responses().get(0);
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("facet_task", success.kind());
            parameters.put("facet_pack", success.pack().name());
            parameters.put("facet_pack_version", success.pack().version());
            parameters.put("facet_pack_digest", success.digest());
            parameters.put("facet_pack_plan", success.plan().id());
            return new InferenceAnswer(
                    inference.model(),
                    success.pack().version(),
                    inference.id(),
                    parameters,
                    AnswerHeaders.of(success),
                    output(success.encoded()),
                    result,
                    observed);
        }

        private OutputTensor output(Encoded encoded) {
            if (tensor != null) {
                long pixels = (long) tensor.batch() * tensor.height() * tensor.width();
                long channels = encoded.content().length() / Float.BYTES / pixels;
                return new OutputTensor(
                        TensorKind.OUTPUT,
                        TensorKind.FP32,
                        List.of((long) tensor.batch(), channels, (long) tensor.height(), (long) tensor.width()),
                        Map.of(),
                        encoded.content(),
                        false,
                        binary);
            }
            Map<String, String> parameters = new TreeMap<>(encoded.headers());
            parameters.put("content_type", encoded.mediaType());
            return new OutputTensor(
                    TensorKind.PREDICTION,
                    TensorKind.BYTES,
                    List.of(1L),
                    parameters,
                    encoded.content(),
                    encoded.mediaType().equals(Representation.JSON.mediaType()),
                    binary);
        }
    }
}
