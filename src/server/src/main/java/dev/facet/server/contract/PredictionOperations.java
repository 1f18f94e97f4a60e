package dev.facet.server.contract;

import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.Paths;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.tags.Tag;

/**
 * Writes the predictions into the OpenAPI document, before all other operations: every kind with {@code Accept} deciding, and every
 * representation as an operation of its own, since generated clients take one operation to have one return type.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class PredictionOperations implements OASFilter {
    private static final String TAG = "Predictions";
    private static final String SEVERAL = "Several tasks";

    private static final Map<String, String> SUMMARIES = Map.of(
            "segmentation", "A class for every pixel",
            "human-parts", "A part of a person for every pixel",
            "depth", "Distance of every pixel, or its inverse depth: how near it is in relation to the others",
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
        ImageBodies.addTo(document);
        PredictionParameters.addTo(document);
        ProblemResponses.addTo(document);
        Paths others = document.getPaths();
        document.setPaths(OASFactory.createPaths());
        addPredictions(document);
        if (others != null) {
            others.getPathItems().forEach(document.getPaths()::addPathItem);
        }
        addTags(document);
        ProblemResponses.addSecurity(document);
        Examples examples = Examples.read();
        for (var item : document.getPaths().getPathItems().entrySet()) {
            for (Operation operation : item.getValue().getOperations().values()) {
                ProblemResponses.complete(item.getKey(), operation);
                examples.complete(operation);
            }
        }
    }

    private static void addPredictions(OpenAPI document) {
        for (String kind : TaskKind.IDS) {
            add(document, "/v1/" + kind, negotiated(kind));
        }
        add(document, "/v1/predict", several(""));
        add(document, "/v1/predict.zip", several("Zip"));
        add(document, "/v1/predict.json", several("Json"));
        for (Representation representation : Representation.values()) {
            for (String kind : TaskKind.IDS) {
                add(document, "/v1/" + kind + "." + representation.suffix(), single(kind, representation));
            }
        }
    }

    private static void add(OpenAPI document, String path, Operation operation) {
        document.getPaths().addPathItem(path, OASFactory.createPathItem().POST(operation));
    }

    /** Those of the predictions first, whatever the resources have said. */
    private static void addTags(OpenAPI document) {
        List<Tag> tags = new ArrayList<>();
        tags.add(tag(TAG, "An image in, a prediction out; `Accept` chooses the form of the answer"));
        tags.add(tag(SEVERAL, "Several predictions of one image, in one answer"));
        tags.add(tag(tag(Representation.PNG), "Values as pixels"));
        tags.add(tag(tag(Representation.JPEG), "Pictures for people: the answer drawn over the image"));
        tags.add(tag(tag(Representation.NPY), "Files that `numpy.load` reads"));
        tags.add(tag(
                tag(Representation.RAW),
                "The array's values without a header; shape and type are headers of the answer"));
        tags.add(tag(tag(Representation.JSON), "Figures, and masks as COCO run lengths"));
        if (document.getTags() != null) {
            tags.addAll(document.getTags());
        }
        document.setTags(tags);
    }

    private static Tag tag(String name, String description) {
        return OASFactory.createTag().name(name).description(description);
    }

    private static String tag(Representation representation) {
        return switch (representation) {
            case PNG -> "Predictions as PNG";
            case JPEG -> "Predictions as JPEG";
            case NPY -> "Predictions as NumPy";
            case RAW -> "Predictions as raw values";
            case JSON -> "Predictions as JSON";
        };
    }

    private static Operation negotiated(String kind) {
        Map<String, Schema> forms = new LinkedHashMap<>();
        for (Representation representation : Representation.values()) {
            forms.put(representation.mediaType(), schema(kind, representation));
        }
        return operation("predict" + pascal(kind), TAG)
                .summary(SUMMARIES.get(kind))
                .description(
                        ("The answer has the image's own size, or that of `side`. `Accept` chooses its form, a PNG by default. Each "
                                        + "form also has an address of its own, `/v1/%1$s.png`, `.json`, `.npy`, `.bin` and `.jpg`, for clients "
                                        + "that are generated from this document. The image may also be sent as the part `file` of "
                                        + "`multipart/form-data`, or as JSON: `{\"image\": {\"type\": \"base64\", \"value\": \"…\"}}`.")
                                .formatted(kind))
                .parameters(PredictionParameters.ofKind(kind))
                .responses(responses(
                        "The prediction", forms, PredictionParameters.headers(kind, List.of(Representation.values()))));
    }

    private static Operation single(String kind, Representation representation) {
        return operation("predict" + pascal(kind) + pascal(representation.suffix()), tag(representation))
                .summary(SUMMARIES.get(kind) + ", " + NAMES.get(representation))
                .parameters(PredictionParameters.ofForm(kind, representation))
                .responses(responses(
                        "The prediction",
                        Map.of(representation.mediaType(), schema(kind, representation)),
                        PredictionParameters.headers(kind, List.of(representation))));
    }

    private static Operation several(String suffix) {
        Map<String, Schema> forms = new LinkedHashMap<>();
        if (suffix.isEmpty()) {
            forms.put("multipart/mixed", Schemas.binary());
        }
        if (!suffix.equals("Json")) {
            forms.put("application/zip", Schemas.binary());
        }
        if (!suffix.equals("Zip")) {
            forms.put("application/json", Schemas.reference(Schemas.PARTS));
        }
        String form = suffix.isEmpty() ? "" : ", as " + suffix.toUpperCase(Locale.ROOT);
        return operation("predict" + suffix, SEVERAL)
                .summary("Several predictions of one image" + form)
                .description(
                        "The image is decoded once. `tasks` names kinds, answered by their default packs; `packs` names "
                                + "packs; at least one of them is there. If every task fails, the answer is the first failure.")
                .parameters(PredictionParameters.ofSeveral())
                .responses(responses(
                        "One part per task or pack, named by its pack; a task that failed is a part with a problem",
                        forms,
                        PredictionParameters.headersOfSeveral()));
    }

    private static Operation operation(String id, String tag) {
        return OASFactory.createOperation().operationId(id).addTag(tag).requestBody(ImageBodies.body());
    }

    private static Schema schema(String kind, Representation representation) {
        return representation == Representation.JSON ? Schemas.reference(Schemas.ofKind(kind)) : Schemas.binary();
    }

    private static APIResponses responses(String description, Map<String, Schema> forms, List<String> headers) {
        Content content = OASFactory.createContent();
        forms.forEach((mediaType, schema) ->
                content.addMediaType(mediaType, OASFactory.createMediaType().schema(schema)));
        APIResponse ok = OASFactory.createAPIResponse().description(description).content(content);
        headers.forEach(header -> ok.addHeader(header, PredictionParameters.header(header)));
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
