package dev.facet.server.prediction;

import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.inference.NetworkInput;
import dev.facet.runtime.registry.Lease;
import dev.facet.server.bundle.Bundle;
import dev.facet.server.bundle.Part;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.Gate;
import dev.facet.server.http.MediaRange;
import dev.facet.server.http.RequestIds;
import dev.facet.server.http.Workers;
import dev.facet.server.image.ImageBody;
import dev.facet.server.metrics.PredictionMeters;
import dev.facet.server.prediction.Predictions.Answered;
import dev.facet.server.prediction.Predictions.Wish;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.problem.Problems;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code POST /v1/predict} and {@code POST /v1/predict.SUFFIX}: one image, decoded once, for several tasks or packs. */
@Path("/v1/predict{suffix: (\\.[a-z]+)?}")
public class SeveralResource {
    private static final Set<String> PARAMETERS = Set.of("tasks", "packs");

    private final Predictions predictions;
    private final Workers workers;
    private final PredictionMeters meters;
    private final FacetConfiguration configuration;

    SeveralResource(
            Predictions predictions, Workers workers, PredictionMeters meters, FacetConfiguration configuration) {
        this.predictions = predictions;
        this.workers = workers;
        this.meters = meters;
        this.configuration = configuration;
    }

    @POST
    @NonBlocking
    @Operation(hidden = true)
    public CompletionStage<Response> predict(@PathParam("suffix") String suffix, @Context RoutingContext context) {
        long begin = System.nanoTime();
        Bundle bundle = bundle(suffix, context.request().getHeader(HttpHeaders.ACCEPT));
        PredictionQuery query = PredictionQuery.of(
                context.queryParams(), PARAMETERS, configuration.request().timeout());
        List<PackChoice> choices =
                choices(context.queryParams(), configuration.limits().tasks());
        Representation representation = Representations.choose(Optional.empty(), query, null, Optional.empty());
        Wish wish = new Wish(query, representation, begin + query.timeout().toNanos(), Clients.cancellation(context));
        byte[] image = ImageBody.image(
                context.request().getHeader(HttpHeaders.CONTENT_TYPE),
                context.request().getHeader(HttpHeaders.CONTENT_ENCODING),
                Gate.body(context).getBytes());
        String path = context.normalizedPath();
        String requestId = RequestIds.of(context);
        return workers.run(() -> predictions.withImage(image, wish, (input, decodeNanos) -> {
                    List<Part> parts = new ArrayList<>();
                    for (PackChoice choice : choices) {
                        parts.add(part(choice, input, wish, decodeNanos, path, requestId));
                    }
                    return response(bundle, parts);
                }))
                .whenComplete(
                        (response, failure) -> meters.time(PredictionMeters.Stage.TOTAL, System.nanoTime() - begin));
    }

    private Part part(
            PackChoice choice, NetworkInput image, Wish wish, long decodeNanos, String path, String requestId) {
        try (Lease lease = predictions.lease(choice)) {
            Answered answered = predictions.answer(lease, image, wish, decodeNanos);
            meters.count(answered.pack(), answered.kind(), Outcomes.OK);
            Map<String, String> headers = new LinkedHashMap<>(answered.headers());
            headers.put("Server-Timing", answered.times().serverTiming());
            String name = choice instanceof PackChoice.Named ? choice.label() : answered.pack();
            return new Part.Answered(name, wish.representation().suffix(), answered.content(), headers);
        } catch (RuntimeException e) {
            Problem problem = Problems.report(e, requestId).with("pack", choice.label());
            meters.count("", choice instanceof PackChoice.OfKind kind ? kind.kind() : "", Outcomes.of(problem));
            return new Part.Failed(choice.label(), problem, problem.toJson(path, requestId));
        }
    }

    /** All parts, also where some failed; where every part failed, the first failure is the answer. */
    private static Response response(Bundle bundle, List<Part> parts) {
        if (parts.stream().allMatch(Part.Failed.class::isInstance)) {
            List<Map<String, String>> errors = parts.stream()
                    .map(part -> ((Part.Failed) part).problem())
                    .map(problem -> Map.of("code", problem.code(), "detail", problem.detail()))
                    .toList();
            throw new ProblemException(((Part.Failed) parts.get(0)).problem().with("errors", errors));
        }
        Encoded content = bundle.write(parts);
        return Response.ok(content.content().toBytes())
                .header(HttpHeaders.CONTENT_TYPE, content.mediaType())
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
                        "NOT_FOUND",
                        "no such form of an answer: '%s', expected .zip|.json|.multipart".formatted(suffix)));
    }

    private static List<PackChoice> choices(MultiMap query, int most) {
        Map<String, PackChoice> choices = new LinkedHashMap<>();
        for (String kind : elements(query, "tasks")) {
            if (!TaskKind.IDS.contains(kind)) {
                throw new ProblemException(
                        404, "UNKNOWN_TASK", "unknown task: '%s', expected one of %s".formatted(kind, TaskKind.IDS));
            }
            choices.putIfAbsent(kind, new PackChoice.OfKind(kind));
        }
        for (String pack : elements(query, "packs")) {
            choices.putIfAbsent("pack " + pack, PackChoice.named("packs", pack));
        }
        if (choices.isEmpty() || choices.size() > most) {
            throw ProblemException.parameter(
                    "tasks",
                    String.valueOf(query.get("tasks")),
                    "1 to %d of tasks=%s or packs=name[@version],…".formatted(most, String.join(",", TaskKind.IDS)));
        }
        return List.copyOf(choices.values());
    }

    private static List<String> elements(MultiMap query, String name) {
        String value = query.get(name);
        return value == null ? List.of() : List.of(value.split(",", -1));
    }
}
