package dev.facet.server.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.inference.NetworkInput;
import dev.facet.runtime.registry.Lease;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.Gate;
import dev.facet.server.http.Workers;
import dev.facet.server.image.ImageBody;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.prediction.Predictions.Answered;
import dev.facet.server.prediction.Predictions.Wish;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.problem.Problems;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * {@code POST /v1/KIND} and {@code POST /v1/KIND.SUFFIX}: an image in, a prediction out. The OpenAPI document lists them one by
 * one: {@code contract.PredictionOperations}.
 */
@Path("/v1/{task}")
public class PredictionResource {
    private static final Set<String> PARAMETERS = Set.of("pack");

    private final Predictions predictions;
    private final Workers workers;
    private final PredictionMeters meters;
    private final FacetConfiguration configuration;

    PredictionResource(
            Predictions predictions, Workers workers, PredictionMeters meters, FacetConfiguration configuration) {
        this.predictions = predictions;
        this.workers = workers;
        this.meters = meters;
        this.configuration = configuration;
    }

    @POST
    @NonBlocking
    @Operation(hidden = true)
    public CompletionStage<Response> predict(@PathParam("task") String task, @Context RoutingContext context) {
        long begin = System.nanoTime();
        int dot = task.lastIndexOf('.');
        String kind = dot < 0 ? task : task.substring(0, dot);
        Optional<String> suffix = dot < 0 ? Optional.empty() : Optional.of(task.substring(dot + 1));
        if (!TaskKind.IDS.contains(kind)) {
            throw new ProblemException(
                    404, "UNKNOWN_TASK", "unknown task: '%s', expected one of %s".formatted(kind, TaskKind.IDS));
        }
        PredictionQuery query = PredictionQuery.of(
                context.queryParams(), PARAMETERS, configuration.request().timeout());
        Representation representation = Representations.choose(
                suffix, query, context.request().getHeader(HttpHeaders.ACCEPT), Optional.of(kind));
        String pack = context.queryParams().get("pack");
        PackChoice choice = pack == null ? new PackChoice.OfKind(kind) : PackChoice.named("pack", pack);
        Wish wish = new Wish(query, representation, begin + query.timeout().toNanos(), Clients.cancellation(context));
        byte[] image = ImageBody.image(
                context.request().getHeader(HttpHeaders.CONTENT_TYPE),
                context.request().getHeader(HttpHeaders.CONTENT_ENCODING),
                Gate.body(context).getBytes());
        return workers.run(() -> answer(kind, choice, image, wish)).whenComplete((response, failure) -> {
            meters.time(PredictionMeters.Stage.TOTAL, System.nanoTime() - begin);
            if (failure != null) {
                Problem problem = Problems.of(failure);
                meters.count("", kind, Outcomes.of(problem));
            }
        });
    }

    private Response answer(String kind, PackChoice choice, byte[] encoded, Wish wish) {
        try (Lease lease = predictions.lease(choice)) {
            String actual = lease.manifest().task().id();
            if (!actual.equals(kind)) {
                throw new ProblemException(
                        400,
                        "WRONG_KIND",
                        "pack is of another kind: pack='%s', kind='%s', expected '%s'"
                                .formatted(choice.label(), actual, kind));
            }
            return predictions.withImage(
                    encoded, wish, (image, decodeNanos) -> response(lease, image, wish, decodeNanos));
        }
    }

    private Response response(Lease lease, NetworkInput image, Wish wish, long decodeNanos) {
        Answered answered = predictions.answer(lease, image, wish, decodeNanos);
        meters.count(answered.pack(), answered.kind(), Outcomes.OK);
        Encoded content = answered.content();
        Response.ResponseBuilder builder = Response.ok(content.content().toBytes())
                .header(HttpHeaders.CONTENT_TYPE, content.mediaType())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header("Server-Timing", answered.times().serverTiming());
        answered.headers().forEach(builder::header);
        content.headers().forEach(builder::header);
        return builder.build();
    }
}
