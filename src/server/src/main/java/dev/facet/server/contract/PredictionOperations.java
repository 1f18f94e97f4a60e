package dev.facet.server.contract;

import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;

/**
 * Writes the predictions into the OpenAPI document: every kind with {@code Accept} deciding, and every representation as an
 * operation of its own, since generated clients take one operation to have one return type.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class PredictionOperations implements OASFilter {
    private static final String TAG = "Predictions";
    private static final Map<String, String> SUMMARIES = Map.of(
            "segmentation", "A class for every pixel",
            "human-parts", "A part of a person for every pixel",
            "depth", "Distance of every pixel",
            "normals", "Surface normal of every pixel",
            "saliency", "How likely every pixel belongs to the salient object",
            "edges", "How likely every pixel lies on a boundary");
    private static final Map<Representation, String> NAMES = Map.of(
            Representation.PNG, "as a PNG",
            Representation.JPEG, "as a JPEG overlay on the image",
            Representation.NPY, "as a NumPy array",
            Representation.RAW, "as raw little-endian values",
            Representation.JSON, "as JSON: figures and run lengths");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        Schemas.addTo(document);
        ProblemResponses.addTo(document);
        document.addTag(OASFactory.createTag().name(TAG).description("Predictions of images"));
        if (document.getPaths() == null) {
            document.setPaths(OASFactory.createPaths());
        }
        for (String kind : TaskKind.IDS) {
            add(document, "/v1/" + kind, negotiated(kind));
            for (Representation representation : Representation.values()) {
                add(document, "/v1/" + kind + "." + representation.suffix(), single(kind, representation));
            }
        }
        add(document, "/v1/predict", several("", "multipart/mixed", Schemas.binary(), "as multipart"));
        add(document, "/v1/predict.zip", several("Zip", "application/zip", Schemas.binary(), "as a ZIP"));
        add(
                document,
                "/v1/predict.json",
                several("Json", "application/json", Schemas.reference(Schemas.PARTS), "as JSON"));
        ProblemResponses.completeOperations(document);
    }

    private static void add(OpenAPI document, String path, Operation operation) {
        PathItem item = document.getPaths().getPathItem(path);
        if (item == null) {
            item = OASFactory.createPathItem();
        }
        document.getPaths().addPathItem(path, item.POST(operation));
    }

    private static Operation negotiated(String kind) {
        return operation(kind, "")
                .summary(SUMMARIES.get(kind))
                .description(
                        ("The answer has the image's own size, or that of `side`. `Accept` chooses among `image/png` (the default), "
                                        + "`application/json`, `application/x-npy`, `application/octet-stream` and `image/jpeg`; "
                                        + "each of them also has an address of its own, `/v1/%1$s.png`, `.json`, `.npy`, `.bin` and "
                                        + "`.jpg`, for clients that are generated from this document.")
                                .formatted(kind))
                .parameters(parameters(kind, true))
                .responses(responses("image/png", kind, Representation.PNG));
    }

    private static Operation single(String kind, Representation representation) {
        return operation(kind, pascal(representation.suffix()))
                .summary(SUMMARIES.get(kind) + ", " + NAMES.get(representation))
                .parameters(parameters(kind, false))
                .responses(responses(representation.mediaType(), kind, representation));
    }

    private static Operation several(
            String suffix, String mediaType, org.eclipse.microprofile.openapi.models.media.Schema schema, String form) {
        APIResponse ok = OASFactory.createAPIResponse()
                .description(
                        "One part per task or pack, named by its pack; a task that failed is a part with a problem")
                .content(OASFactory.createContent()
                        .addMediaType(mediaType, OASFactory.createMediaType().schema(schema)));
        return OASFactory.createOperation()
                .operationId("predict" + suffix)
                .addTag(TAG)
                .summary("Several predictions of one image, " + form)
                .description(
                        "The image is decoded once. `tasks` names kinds, answered by their default packs; `packs` names "
                                + "packs. If every task fails, the answer is the first failure.")
                .parameters(List.of(
                        PredictionParameters.query(
                                "tasks", "Kinds, comma-separated", Schemas.string(), "edges,segmentation"),
                        PredictionParameters.query(
                                "packs",
                                "Packs, comma-separated: `name` or `name@version`",
                                Schemas.string().pattern("^%1$s(,%1$s)*$".formatted(PredictionParameters.PACK)),
                                null),
                        PredictionParameters.format(),
                        PredictionParameters.render(TaskKind.IDS.get(0)),
                        PredictionParameters.alpha(),
                        PredictionParameters.bits(),
                        PredictionParameters.threshold(),
                        PredictionParameters.side(),
                        PredictionParameters.tile(),
                        PredictionParameters.overlap(),
                        PredictionParameters.timeout(),
                        PredictionParameters.priority()))
                .requestBody(ImageBodies.body())
                .responses(OASFactory.createAPIResponses().addAPIResponse("200", ok));
    }

    private static Operation operation(String kind, String suffix) {
        return OASFactory.createOperation()
                .operationId("predict" + pascal(kind) + suffix)
                .addTag(TAG)
                .requestBody(ImageBodies.body());
    }

    private static List<Parameter> parameters(String kind, boolean negotiated) {
        List<Parameter> parameters = new ArrayList<>();
        parameters.add(PredictionParameters.query(
                "pack",
                "The pack that answers: `name` or `name@version`. Default: the kind's default pack",
                Schemas.string().pattern("^%s$".formatted(PredictionParameters.PACK)),
                null));
        if (negotiated) {
            parameters.add(PredictionParameters.format());
        }
        parameters.add(PredictionParameters.render(kind));
        parameters.add(PredictionParameters.alpha());
        if (kind.equals("segmentation") || kind.equals("human-parts")) {
            parameters.add(PredictionParameters.raw());
        } else if (!kind.equals("depth")) {
            parameters.add(PredictionParameters.bits());
        }
        if (kind.equals("saliency") || kind.equals("edges")) {
            parameters.add(PredictionParameters.threshold());
        }
        parameters.add(PredictionParameters.side());
        parameters.add(PredictionParameters.tile());
        parameters.add(PredictionParameters.overlap());
        parameters.add(PredictionParameters.timeout());
        parameters.add(PredictionParameters.priority());
        return parameters;
    }

    private static APIResponses responses(String mediaType, String kind, Representation representation) {
        var schema = representation == Representation.JSON ? Schemas.reference(Schemas.ofKind(kind)) : Schemas.binary();
        APIResponse ok = OASFactory.createAPIResponse()
                .description("The prediction")
                .content(OASFactory.createContent()
                        .addMediaType(mediaType, OASFactory.createMediaType().schema(schema)));
        PredictionParameters.headers(kind, representation).forEach(ok::addHeader);
        return OASFactory.createAPIResponses().addAPIResponse("200", ok);
    }

    /** {@code human-parts} as {@code HumanParts}. */
    static String pascal(String name) {
        StringBuilder pascal = new StringBuilder();
        for (String word : name.split("-")) {
            pascal.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
        }
        return pascal.toString();
    }
}
