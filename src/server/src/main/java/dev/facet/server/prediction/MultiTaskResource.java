package dev.facet.server.prediction;

import dev.facet.core.encoding.Representation;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.prediction.PredictionResponse;
import dev.facet.server.bundle.Bundle;
import dev.facet.server.bundle.Part;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.MediaRange;
import dev.facet.server.http.RequestIds;
import dev.facet.server.http.RouteKey;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code POST /v1/predict} and {@code POST /v1/predict.SUFFIX}: one image, decoded once, for several tasks or packs. */
@Path("/v1/predict{suffix: (\\.[a-z]+)?}")
public class MultiTaskResource {
    private static final Set<String> PARAMETERS = Set.of("tasks", "packs");

    private final PredictionHandler predictions;
    private final FacetConfiguration configuration;

    MultiTaskResource(PredictionHandler predictions, FacetConfiguration configuration) {
        this.predictions = predictions;
        this.configuration = configuration;
    }

    @POST
    @NonBlocking
    @Operation(hidden = true)
    public CompletionStage<Response> predict(@PathParam("suffix") String suffix, @Context RoutingContext context) {
        Bundle bundle = bundle(suffix, Representations.accept(context));
        PredictionQuery query = PredictionQuery.of(
                context.queryParams(), PARAMETERS, configuration.request().timeout());
        List<PackSelector> packs = PackParameter.several(
                context.queryParams(), configuration.limits().tasks(), RouteKey.route(context.request()));
        if (packs.stream().allMatch(pack -> pack.kind().isPresent())) {
            query.checkUnknown(packs.stream().map(pack -> pack.kind().get()).toList());
        }
        Representation representation = Representations.choose(Optional.empty(), query, null, Optional.empty());
        String path = context.normalizedPath();
        String requestId = RequestIds.of(context);
        return predictions.answer(context, packs, query, representation, responses -> {
            List<Part> parts = new ArrayList<>();
            for (PredictionResponse response : responses) {
                parts.add(part(response, representation, path, requestId));
            }
            return response(bundle, parts);
        });
    }

    private static Part part(
            PredictionResponse response, Representation representation, String path, String requestId) {
        if (response instanceof PredictionResponse.Failure failure) {
            Problem problem = Problems.report(failure.reason(), requestId)
                    .with("pack", failure.selector().label());
            return Part.failed(failure.selector().label(), problem, problem.toJson(path, requestId));
        }
        PredictionResponse.Success success = (PredictionResponse.Success) response;
        String name = success.selector() instanceof PackSelector.Named named
                ? named.label()
                : success.pack().name();
        return Part.answered(name, representation.suffix(), success.encoded(), AnswerHeaders.of(success));
    }

    /** All parts, also where some failed; where every part failed, the first failure is the answer. */
    private static Response response(Bundle bundle, List<Part> parts) {
        if (parts.stream().allMatch(Part::isFailed)) {
            List<Map<String, String>> errors = parts.stream()
                    .map(part -> part.problem().orElseThrow())
                    .map(problem -> Map.of("code", problem.code().name(), "detail", problem.detail()))
                    .toList();
            throw new ProblemException(parts.get(0).problem().orElseThrow().with("errors", errors));
        }
        Bundle.Bundled bundled = bundle.write(parts);
        return Response.ok(bundled.body())
                .header(HttpHeaders.CONTENT_TYPE, bundled.mediaType())
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }

    private static Bundle bundle(String suffix, String accept) {
        List<Bundle> offers = List.of(Bundle.values());
        if (suffix.isEmpty()) {
            return MediaRange.choose(MediaRange.parse(accept), offers, Bundle::mediaType)
                    .orElseThrow(() -> Representations.notAcceptable(
                            accept, offers.stream().map(Bundle::mediaType).toList()));
        }
        return offers.stream()
                .filter(bundle -> bundle.suffix().equals(suffix.substring(1)))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        404,
                        ProblemCode.NOT_FOUND,
                        "no such form of an answer: '%s', expected .zip|.json|.multipart".formatted(suffix)));
    }
}
