package dev.facet.server.contract;

import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Errors in the OpenAPI document. Every operation names every status that it can answer: those that it says itself, those of
 * predictions or of management, and those that any request may meet.
 */
final class ProblemResponses {
    static final String SCHEMA = "Problem";
    private static final String MANAGEMENT = "Management";
    private static final String PREDICTION = "Prediction";
    private static final String KEY = "Key";

    /** What any request may meet, and the unknown pack or kind of an address; by the names of the components. */
    private static final Map<String, Cases> CASES = new LinkedHashMap<>();

    /** Examples for what operations describe themselves, by status. */
    private static final Map<String, Cases> OTHERS = new LinkedHashMap<>();

    private static final List<String> EVERYWHERE =
            List.of("400", "401", "403", "406", "408", "413", "429", "500", "503");
    private static final List<String> OF_PREDICTIONS = List.of("404", "415", "422", "504");

    static {
        any(
                400,
                "the request isn't understood",
                "bad parameter: limit='many', expected 1..1000",
                ProblemCode.INVALID_PARAMETER,
                ProblemCode.INVALID_BODY,
                ProblemCode.INVALID_HEADER,
                ProblemCode.INVALID_REQUEST);
        any(
                401,
                "the call needs a key, or another one",
                "the call needs a key: Authorization: Bearer KEY",
                ProblemCode.UNAUTHORIZED);
        any(
                403,
                "the key doesn't have the scope of the call, or a web page's origin isn't allowed",
                "the key doesn't have the scope manage",
                ProblemCode.FORBIDDEN,
                ProblemCode.ORIGIN_NOT_ALLOWED);
        any(
                404,
                "no such kind or pack; the detail lists the known ones",
                "no pack plugged: name='streets', plugged=[depth, edges]",
                ProblemCode.UNKNOWN_PACK,
                ProblemCode.UNKNOWN_TASK);
        any(
                406,
                "no media type in Accept is offered",
                "none of the representations that Accept names is offered",
                ProblemCode.NOT_ACCEPTABLE);
        any(408, "the body came too slowly", "body too slow: expected 1024 bytes a second", ProblemCode.BODY_TOO_SLOW);
        any(
                413,
                "the body is above its limit",
                "body too large: expected at most 1048576 bytes",
                ProblemCode.BODY_TOO_LARGE);
        any(
                429,
                "no room now: try again after Retry-After",
                "no memory for the body of this request now",
                ProblemCode.QUEUE_FULL,
                ProblemCode.RATE_EXCEEDED,
                ProblemCode.QUOTA_EXCEEDED);
        any(
                500,
                "a failure of the server; its log has the details under the request's id",
                "unexpected failure; the server's log has it under the request id",
                ProblemCode.INTERNAL);
        any(
                503,
                "the server can't answer now",
                "the server is about to stop",
                ProblemCode.DRAINING,
                ProblemCode.OUT_OF_MEMORY,
                ProblemCode.PACK_UNAVAILABLE);
        prediction(
                400,
                "the request isn't understood",
                "bad parameter: tile='100', expected the side of a tile in pixels, a multiple of 16 from 64 on",
                ProblemCode.INVALID_PARAMETER,
                ProblemCode.INVALID_BODY,
                ProblemCode.EMPTY,
                ProblemCode.WRONG_KIND);
        prediction(
                413,
                "above a limit",
                "image too large: pixels=225000000, limit=100000000",
                ProblemCode.TOO_MANY_PIXELS,
                ProblemCode.BODY_TOO_LARGE,
                ProblemCode.TOO_MANY_BYTES,
                ProblemCode.TOO_MUCH_MEMORY);
        prediction(
                415,
                "not JPEG, PNG, WebP or TIFF, or of a kind that isn't read",
                "unsupported image: expected JPEG, PNG, WebP or TIFF",
                ProblemCode.UNSUPPORTED_FORMAT,
                ProblemCode.UNSUPPORTED_MEDIA_TYPE);
        prediction(422, "the image is truncated or damaged", "the image's data ends too early", ProblemCode.CORRUPT);
        prediction(
                504,
                "the time ran out before the answer",
                "the time is over: timeout=500 ms",
                ProblemCode.DEADLINE_EXCEEDED);
    }

    static {
        other(409, "edges@2 exists with other bytes: digest=1f5cb6df…, uploaded=3f1cc8b2…", ProblemCode.VERSION_EXISTS);
        other(412, "edges@2 exists, and If-None-Match says that it must not", ProblemCode.PRECONDITION_FAILED);
        other(422, "data section ends at 6144, expected 8192", ProblemCode.BAD_FILE);
    }

    /**
     * A status and what it means.
     *
     * @param codes the first one is the example's
     */
    private record Cases(int status, String meaning, String detail, List<ProblemCode> codes) {
        String description() {
            return codes.stream().map(Enum::name).collect(Collectors.joining(", ", "", ": " + meaning));
        }

        Map<String, Object> example() {
            Problem problem = new Problem(status, codes.get(0), detail);
            boolean again = status == HttpResponseStatus.TOO_MANY_REQUESTS.code()
                    || status == HttpResponseStatus.SERVICE_UNAVAILABLE.code();
            return (again ? problem.with(Problem.RETRY_AFTER_MILLIS, 5000) : problem)
                    .document("/v1/edges", "b2f1e8a09c3d4e57");
        }
    }

    private ProblemResponses() {}

    private static void any(int status, String meaning, String detail, ProblemCode... codes) {
        CASES.put(SCHEMA + status, new Cases(status, meaning, detail, List.of(codes)));
    }

    private static void prediction(int status, String meaning, String detail, ProblemCode... codes) {
        CASES.put(PREDICTION + status, new Cases(status, meaning, detail, List.of(codes)));
    }

    private static void other(int status, String detail, ProblemCode code) {
        OTHERS.put(Integer.toString(status), new Cases(status, "", detail, List.of(code)));
    }

    static void addTo(OpenAPI document) {
        CASES.forEach((name, cases) -> document.getComponents().addResponse(name, response(cases)));
    }

    /** Management names its key itself. All else is answered with a key or without: that is the operator's choice. */
    static void addSecurity(OpenAPI document) {
        document.getComponents()
                .addSecurityScheme(MANAGEMENT, bearer("The management key, or a key with the scope `manage`"))
                .addSecurityScheme(
                        KEY,
                        bearer(
                                "A key, where the server wants one: with the scope `predict` for predictions, with any scope for lists. "
                                        + "`X-Api-Key: KEY` does as well"));
        document.setSecurity(
                List.of(OASFactory.createSecurityRequirement().addScheme(KEY), OASFactory.createSecurityRequirement()));
    }

    private static SecurityScheme bearer(String description) {
        return OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description(description);
    }

    /** Gives an operation the errors that it hasn't named itself, and those that it has named their schema. */
    static void complete(String path, Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        APIResponses responses = operation.getResponses();
        boolean prediction =
                operation.getOperationId() != null && operation.getOperationId().startsWith("predict");
        Map<String, APIResponse> all = new LinkedHashMap<>();
        responses.getAPIResponses().forEach((status, response) -> {
            if (isError(status) && response.getRef() == null && response.getContent() == null) {
                return;
            }
            all.put(status, isError(status) ? described(status, response) : response);
        });
        EVERYWHERE.forEach(status -> all.putIfAbsent(status, named(status, prediction)));
        if (prediction) {
            OF_PREDICTIONS.forEach(status -> all.putIfAbsent(status, named(status, true)));
        }
        if (path.contains("{")) {
            all.putIfAbsent("404", named("404", false));
        }
        APIResponses ordered = OASFactory.createAPIResponses();
        all.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> ordered.addAPIResponse(entry.getKey(), entry.getValue()));
        operation.setResponses(ordered);
    }

    private static boolean isError(String status) {
        return status.startsWith("4") || status.startsWith("5");
    }

    private static APIResponse named(String status, boolean prediction) {
        String name = prediction && CASES.containsKey(PREDICTION + status) ? PREDICTION + status : SCHEMA + status;
        return OASFactory.createAPIResponse().ref("#/components/responses/" + name);
    }

    /** An error that an operation describes itself: beside what else it may be, it is a problem document. */
    private static APIResponse described(String status, APIResponse response) {
        if (response.getRef() != null) {
            return response;
        }
        MediaType problem = response.getContent().getMediaType(Problem.MEDIA_TYPE);
        if (problem == null) {
            problem = OASFactory.createMediaType();
            response.getContent().addMediaType(Problem.MEDIA_TYPE, problem);
        }
        problem.setSchema(Schemas.reference(SCHEMA));
        Cases cases = OTHERS.getOrDefault(status, CASES.get(SCHEMA + status));
        if (cases != null && problem.getExample() == null) {
            problem.setExample(cases.example());
        }
        return response;
    }

    private static APIResponse response(Cases cases) {
        Content content = OASFactory.createContent()
                .addMediaType(
                        Problem.MEDIA_TYPE,
                        OASFactory.createMediaType()
                                .schema(Schemas.reference(SCHEMA))
                                .example(cases.example()));
        return OASFactory.createAPIResponse().description(cases.description()).content(content);
    }
}
