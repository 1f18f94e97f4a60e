package dev.facet.server.contract;

import dev.facet.core.encoding.Representation;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.TaskKind;
import dev.facet.server.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/**
 * The documents that predictions are given in, in the OpenAPI document. Every object has a name of its own, since generators invent
 * one for each that has none.
 */
final class Schemas {
    static final String PARTS = "Parts";
    private static final String LABELS = "LabelPrediction";
    private static final String DEPTH = "DepthPrediction";
    private static final String NORMALS = "NormalsPrediction";
    private static final String PROBABILITIES = "ProbabilityPrediction";
    private static final String RUN_LENGTHS = "RunLengths";

    /** Members of resources' documents that are left out where there is nothing to say; all others are always there. */
    private static final Set<String> OPTIONAL = Set.of("Provenance.teacher", "Pack.dryRun");

    private Schemas() {}

    static void addTo(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        Components components = document.getComponents();
        if (components.getSchemas() != null) {
            components.getSchemas().forEach(Schemas::requireMembers);
        }
        components.addSchema("Form", choice(Stream.of(Representation.values()).map(Representation::suffix)));
        components.addSchema("Render", choice(Stream.of("plain", "overlay")).defaultValue("plain"));
        components.addSchema(
                "DepthRender",
                choice(Stream.of("plain", "overlay", "turbo", "magma")).defaultValue("plain"));
        components.addSchema("RawOutput", choice(Stream.of("logits")));
        components.addSchema(
                "Bits", integer().enumeration(List.of(8, 16)).defaultValue(8).description("Bits of a sample"));
        components.addSchema(RUN_LENGTHS, runLengths());
        components.addSchema("PredictedClass", predictedClass());
        components.addSchema(LABELS, labels());
        components.addSchema(DEPTH, depth());
        components.addSchema(NORMALS, normals());
        components.addSchema(PROBABILITIES, probabilities());
        components.addSchema("Part", part());
        components.addSchema(PARTS, parts());
        components.addSchema("LabelClass", labelClass());
        components.addSchema("PackParameters", packParameters());
        components.addSchema("Decoder", decoder());
        components.addSchema("BankResponse", bankResponse());
        components.addSchema("ProblemReason", problemReason());
        components.addSchema(ProblemResponses.SCHEMA, problem());
    }

    private static void requireMembers(String name, Schema schema) {
        if (schema.getProperties() != null) {
            schema.setRequired(new ArrayList<>(schema.getProperties().keySet().stream()
                    .filter(member -> !OPTIONAL.contains(name + "." + member))
                    .toList()));
        }
    }

    /** The name of a kind's JSON. */
    static String ofKind(String kind) {
        return switch (kind) {
            case "segmentation", "human-parts" -> LABELS;
            case "depth" -> DEPTH;
            case "normals" -> NORMALS;
            default -> PROBABILITIES;
        };
    }

    static Schema reference(String name) {
        return OASFactory.createSchema().ref("#/components/schemas/" + name);
    }

    static Schema string() {
        return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
    }

    static Schema binary() {
        return string().format("binary");
    }

    static Schema integer() {
        return OASFactory.createSchema().addType(Schema.SchemaType.INTEGER).format("int32");
    }

    static Schema number() {
        return OASFactory.createSchema().addType(Schema.SchemaType.NUMBER).format("double");
    }

    private static Schema base64() {
        return string().format("byte");
    }

    private static Schema choice(Stream<String> values) {
        return string().enumeration(List.copyOf(values.toList()));
    }

    private static Schema object(String... required) {
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT).required(new ArrayList<>(List.of(required)));
    }

    private static Schema arrayOf(Schema items) {
        return OASFactory.createSchema().addType(Schema.SchemaType.ARRAY).items(items);
    }

    private static Schema runLengths() {
        return object("size", "counts")
                .description("Run lengths of COCO: column by column, compressed as by COCO's API")
                .addProperty("size", arrayOf(integer()).description("Height and width"))
                .addProperty("counts", string());
    }

    private static Schema sized(Schema schema) {
        return schema.addRequired("height")
                .addRequired("width")
                .addProperty("height", integer())
                .addProperty("width", integer());
    }

    private static Schema predictedClass() {
        return object("id", "name", "color", "pixels", "rle")
                .description("A class that occurs in a prediction")
                .addProperty("id", integer())
                .addProperty("name", string())
                .addProperty("color", string().addExample("#c00080"))
                .addProperty("pixels", integer().description("Number of its pixels"))
                .addProperty("rle", reference(RUN_LENGTHS));
    }

    private static Schema labels() {
        return sized(object("classes"))
                .description("A class for every pixel")
                .addProperty("unknown", number().description("The parameter `unknown`, if it is above 0"))
                .addProperty(
                        "classes",
                        arrayOf(reference("PredictedClass"))
                                .description("Classes that occur in the prediction; unknown pixels as the class 255"));
    }

    private static Schema figures(Schema schema) {
        return sized(schema)
                .addRequired("min")
                .addRequired("max")
                .addRequired("mean")
                .addProperty("min", number())
                .addProperty("max", number())
                .addProperty("mean", number());
    }

    private static Schema depth() {
        return figures(object("quantity", "png"))
                .description("Depth of every pixel")
                .addProperty("quantity", choice(DepthQuantity.IDS.stream()))
                .addProperty("unit", string().description("With a distance").addExample("metre"))
                .addProperty("scale", number().description("Units per step of the PNG, with a distance"))
                .addProperty(
                        "png",
                        base64().description("16-bit grey PNG; of inverse depth, 0 is `min` and 65535 is `max`"));
    }

    private static Schema normals() {
        return sized(object("axes", "mean", "png"))
                .description("Surface normal of every pixel")
                .addProperty("axes", string().addExample("x right, y down, z forward"))
                .addProperty("mean", arrayOf(number()))
                .addProperty("png", base64().description("RGB PNG"));
    }

    private static Schema probabilities() {
        return figures(object("threshold", "pixels", "rle"))
                .description("A probability for every pixel")
                .addProperty("threshold", number())
                .addProperty("pixels", integer().description("Number of pixels at or above the threshold"))
                .addProperty("rle", reference(RUN_LENGTHS));
    }

    private static Schema part() {
        return object("name")
                .description("What one pack answered: either a prediction or a problem")
                .addProperty("name", string().description("The pack; if none answered, what the request named"))
                .addProperty("mediaType", string().addExample("image/png"))
                .addProperty(
                        "headers",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.OBJECT)
                                .additionalPropertiesSchema(string()))
                .addProperty("base64", base64().description("The prediction, unless it is JSON"))
                .addProperty(
                        "prediction",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.OBJECT)
                                .additionalPropertiesSchema(OASFactory.createSchema())
                                .description("The prediction, if it is JSON (`format=json`)"))
                .addProperty("problem", reference(ProblemResponses.SCHEMA));
    }

    private static Schema parts() {
        return object("parts")
                .description("Several predictions of one image")
                .addProperty("parts", arrayOf(reference("Part")));
    }

    private static Schema labelClass() {
        return object("name", "color")
                .description("A class; its id is its place in the list")
                .addProperty("name", string().addExample("cat"))
                .addProperty("color", string().addExample("#00c000"));
    }

    private static Schema packParameters() {
        return object("kind")
                .description("Parameters of a pack's kind")
                .addProperty("kind", choice(TaskKind.IDS.stream()))
                .addProperty("classes", arrayOf(reference("LabelClass")).description("segmentation, human-parts"))
                .addProperty("quantity", string().description("depth: left out by a pack of distances"))
                .addProperty("unit", string().description("depth: unit of distances"))
                .addProperty("pngScale", number().description("depth: units per step of the 16-bit PNG"))
                .addProperty("axes", string().description("normals: directions of x, y and z"))
                .addProperty("counted", string().description("edges: what counts as one"));
    }

    private static Schema decoder() {
        return object("kind", "width", "lowLevelWidth", "rates")
                .description("A pack's head")
                .addProperty("kind", string().addExample("separable"))
                .addProperty("width", integer())
                .addProperty("lowLevelWidth", integer())
                .addProperty("rates", arrayOf(integer()).description("Dilations"));
    }

    private static Schema bankResponse() {
        return object("images", "imageCount", "positions")
                .addType(Schema.SchemaType.NULL)
                .description("How the bank's basis was found; null where it has none")
                .addProperty("images", string())
                .addProperty("imageCount", integer())
                .addProperty("positions", string());
    }

    private static Schema problemReason() {
        return object("code", "detail")
                .description("One of several things that are wrong")
                .addProperty("code", string().addExample(ProblemCode.WRONG_SHAPE.name()))
                .addProperty("detail", string());
    }

    private static Schema problem() {
        return object("type", "title", "status", "code", "detail", "instance", "requestId")
                .description("What is wrong, RFC 9457. Further members may be there.")
                .addProperty("type", string().addExample("about:blank"))
                .addProperty("title", string())
                .addProperty("status", integer())
                .addProperty(
                        "code",
                        string().description("Stable name of the problem").addExample(ProblemCode.UNKNOWN_PACK.name()))
                .addProperty("detail", string().description("What is wrong, for people"))
                .addProperty("instance", string().description("Path of the request"))
                .addProperty("requestId", string())
                .addProperty("parameter", string().description("The parameter that isn't understood"))
                .addProperty("pack", string().description("The pack that can't answer"))
                .addProperty("offered", arrayOf(string()).description("Media types that `Accept` may name"))
                .addProperty("retryAfterMs", integer().description("Milliseconds until another try makes sense"))
                .addProperty("errors", arrayOf(reference("ProblemReason")));
    }
}
