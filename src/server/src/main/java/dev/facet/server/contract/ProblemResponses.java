package dev.facet.server.contract;

import dev.facet.server.problem.ProblemCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Errors in the OpenAPI document: every operation names those of predictions, or the general one. */
final class ProblemResponses {
    static final String SCHEMA = "Problem";
    private static final String GENERAL = "Problem";
    private static final Map<String, String> OF_PREDICTIONS = ofPredictions();

    private static final String MANAGED = "Management";
    private static final Map<String, String> OF_MANAGEMENT =
            Map.of("401", problems("a management call without the right key", ProblemCode.UNAUTHORIZED));

    private ProblemResponses() {}

    private static Map<String, String> ofPredictions() {
        Map<String, String> problems = new LinkedHashMap<>();
        problems.put(
                "400",
                problems(
                        "the request isn't understood",
                        ProblemCode.EMPTY,
                        ProblemCode.INVALID_PARAMETER,
                        ProblemCode.INVALID_BODY,
                        ProblemCode.WRONG_KIND));
        problems.put(
                "404",
                problems(
                        "no such task or pack; the detail lists the known ones",
                        ProblemCode.UNKNOWN_TASK,
                        ProblemCode.UNKNOWN_PACK));
        problems.put("406", problems("no media type in Accept is offered", ProblemCode.NOT_ACCEPTABLE));
        problems.put(
                "413",
                problems(
                        "above a limit",
                        ProblemCode.BODY_TOO_LARGE,
                        ProblemCode.TOO_MANY_BYTES,
                        ProblemCode.TOO_MANY_PIXELS,
                        ProblemCode.TOO_MUCH_MEMORY));
        problems.put(
                "415",
                problems(
                        "not JPEG, PNG, WebP or TIFF, or of a kind that isn't read",
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        ProblemCode.UNSUPPORTED_FORMAT));
        problems.put("422", problems("the image is truncated or damaged", ProblemCode.CORRUPT));
        problems.put("429", problems("try again after Retry-After", ProblemCode.QUEUE_FULL));
        problems.put(
                "503",
                problems(
                        "the server can't answer now, or the pack is broken",
                        ProblemCode.DRAINING,
                        ProblemCode.OUT_OF_MEMORY,
                        ProblemCode.PACK_UNAVAILABLE));
        problems.put("504", problems("the time ran out before the answer", ProblemCode.DEADLINE_EXCEEDED));
        return problems;
    }

    private static String problems(String meaning, ProblemCode... codes) {
        return Stream.of(codes).map(Enum::name).collect(Collectors.joining(", ", "", ": " + meaning));
    }

    static void addTo(OpenAPI document) {
        document.getComponents().addSchema(SCHEMA, schema());
        document.getComponents().addResponse(GENERAL, response("What is wrong, RFC 9457"));
        OF_PREDICTIONS.forEach(
                (status, description) -> document.getComponents().addResponse(GENERAL + status, response(description)));
        OF_MANAGEMENT.forEach(
                (status, description) -> document.getComponents().addResponse(MANAGED + status, response(description)));
        document.getComponents()
                .addSecurityScheme(
                        MANAGED,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("The management key"));
    }

    /** Gives every operation the errors that it hasn't named itself. */
    static void completeOperations(OpenAPI document) {
        document.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().values().forEach(operation -> complete(path, operation)));
    }

    private static void complete(String path, Operation operation) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        if (operation.getOperationId() != null && operation.getOperationId().startsWith("predict")) {
            OF_PREDICTIONS
                    .keySet()
                    .forEach(status -> operation.getResponses().addAPIResponse(status, reference(GENERAL + status)));
        }
        if (operation.getSecurity() != null) {
            OF_MANAGEMENT
                    .keySet()
                    .forEach(status -> operation.getResponses().addAPIResponse(status, reference(MANAGED + status)));
        }
        if (path.startsWith("/v1/") && !operation.getResponses().hasAPIResponse("default")) {
            operation.getResponses().addAPIResponse("default", reference(GENERAL));
        }
    }

    private static APIResponse reference(String name) {
        return OASFactory.createAPIResponse().ref("#/components/responses/" + name);
    }

    private static APIResponse response(String description) {
        return OASFactory.createAPIResponse()
                .description(description)
                .content(OASFactory.createContent()
                        .addMediaType(
                                "application/problem+json",
                                OASFactory.createMediaType().schema(Schemas.reference(SCHEMA))));
    }

    private static Schema schema() {
        Schema error = Schemas.object().addProperty("code", Schemas.string()).addProperty("detail", Schemas.string());
        return Schemas.object()
                .description("RFC 9457. Further members may be there.")
                .addRequired("status")
                .addRequired("code")
                .addProperty("type", Schemas.string().addExample("about:blank"))
                .addProperty("title", Schemas.string())
                .addProperty("status", Schemas.integer())
                .addProperty(
                        "code",
                        Schemas.string()
                                .description("Stable name of the problem")
                                .addExample(ProblemCode.UNKNOWN_PACK.name()))
                .addProperty("detail", Schemas.string().description("What is wrong, for people"))
                .addProperty("instance", Schemas.string().description("Path of the request"))
                .addProperty("requestId", Schemas.string())
                .addProperty("retryAfterMs", Schemas.integer())
                .addProperty("errors", Schemas.arrayOf(error));
    }
}
