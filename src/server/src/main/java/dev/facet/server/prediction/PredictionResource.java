package dev.facet.server.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.RouteKey;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.response.Body;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
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

    private final PredictionHandler predictions;
    private final FacetConfiguration configuration;

    PredictionResource(PredictionHandler predictions, FacetConfiguration configuration) {
        this.predictions = predictions;
        this.configuration = configuration;
    }

    @POST
    @NonBlocking
    @Operation(hidden = true)
    public CompletionStage<Response> predict(@PathParam("task") String task, @Context RoutingContext context) {
        int dot = task.lastIndexOf('.');
        String kind = dot < 0 ? task : task.substring(0, dot);
        Optional<String> suffix = dot < 0 ? Optional.empty() : Optional.of(task.substring(dot + 1));
        if (!TaskKind.IDS.contains(kind)) {
            throw new ProblemException(
                    404,
                    ProblemCode.UNKNOWN_TASK,
                    "unknown task: '%s', expected one of %s".formatted(kind, TaskKind.IDS));
        }
        PredictionQuery query = PredictionQuery.of(
                context.queryParams(), PARAMETERS, configuration.request().timeout());
        Representation representation =
                Representations.choose(suffix, query, Representations.accept(context), Optional.of(kind));
        PackSelector pack = PackParameter.ofKind(context.queryParams(), kind, RouteKey.route(context.request()));
        return predictions.answer(context, List.of(pack), query, representation, PredictionResource::response);
    }

    /** The one answer; its failure is the request's. */
    private static Response response(List<PredictionResponse> responses) {
        if (responses.get(0) instanceof PredictionResponse.Failure failure) {
            throw failure.reason();
        }
        PredictionResponse.Success success = (PredictionResponse.Success) responses.get(0);
        Encoded encoded = success.encoded();
        Response.ResponseBuilder builder = Response.ok(Body.of(encoded.content()))
                .header(HttpHeaders.CONTENT_TYPE, encoded.mediaType())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        AnswerHeaders.of(success).forEach(builder::header);
        return builder.build();
    }
}
