package dev.facet.server.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.Representation;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionRequest;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.runtime.prediction.PredictionService;
import dev.facet.runtime.schedule.Client;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.AccessGuard;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.observation.ObservedRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * HTTP's side of a prediction: makes the request of what was received, lets the service answer it, counts what came of it, and
 * gives the memory back once the answer is written or the client is gone.
 */
@ApplicationScoped
class PredictionHandler {
    private final PredictionService service;
    private final PredictionMeters meters;
    private final long imageBytes;

    PredictionHandler(PredictionService service, PredictionMeters meters, FacetConfiguration configuration) {
        this.service = service;
        this.meters = meters;
        this.imageBytes = configuration.limits().imageBytes().asLongValue();
    }

    /**
     * Answers.
     *
     * @param packs that are to answer the image in the body
     * @param write makes the HTTP response of the answers, one per pack
     */
    CompletionStage<Response> answer(
            RoutingContext context,
            List<PackSelector> packs,
            PredictionQuery query,
            Representation representation,
            Function<List<PredictionResponse>, Response> write) {
        long begin = System.nanoTime();
        Client client = AccessGuard.predicting(context);
        Cancellation cancellation = Cancellation.after(query.timeout());
        CompletableFuture<Void> ended = new CompletableFuture<>();
        context.addEndHandler(end -> {
            if (end.failed()) {
                cancellation.cancel();
            }
            ended.complete(null);
        });
        ObservedRequest observed = new ObservedRequest(meters, context, packs, begin);
        PredictionRequest request = new PredictionRequest(
                new ReceivedImage(context, imageBytes),
                packs,
                new AnswerForm(representation, query.options(), query.logits()),
                query.resolution(),
                client,
                query.priority(),
                cancellation,
                observed);
        return service.predict(request)
                .whenComplete((result, failure) -> {
                    observed.answered(result == null ? List.of() : result.responses(), failure);
                    if (result != null) {
                        ended.thenRun(() -> {
                            result.close();
                            observed.written();
                        });
                    }
                })
                .thenApply(result -> write.apply(result.responses()));
    }
}
