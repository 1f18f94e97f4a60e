package dev.facet.server.contract;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** The documents that predictions are given in, in the OpenAPI document. */
final class Schemas {
    static final String IMAGE = "Image";
    static final String PARTS = "Parts";
    private static final String LABELS = "LabelPrediction";
    private static final String DEPTH = "DepthPrediction";
    private static final String NORMALS = "NormalsPrediction";
    private static final String PROBABILITIES = "ProbabilityPrediction";
    private static final String RUN_LENGTHS = "RunLengths";

    private Schemas() {}

    static void addTo(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        Components components = document.getComponents();
        components.addSchema(IMAGE, image());
        components.addSchema(RUN_LENGTHS, runLengths());
        components.addSchema(LABELS, labels());
        components.addSchema(DEPTH, depth());
        components.addSchema(NORMALS, normals());
        components.addSchema(PROBABILITIES, probabilities());
        components.addSchema(PARTS, parts());
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

    static Schema object() {
        return OASFactory.createSchema().addType(Schema.SchemaType.OBJECT);
    }

    static Schema arrayOf(Schema items) {
        return OASFactory.createSchema().addType(Schema.SchemaType.ARRAY).items(items);
    }

    static Schema integer() {
        return OASFactory.createSchema().addType(Schema.SchemaType.INTEGER);
    }

    private static Schema number() {
        return OASFactory.createSchema().addType(Schema.SchemaType.NUMBER);
    }

    private static Schema image() {
        return object().addRequired("image")
                .addProperty(
                        "image",
                        object().addRequired("type")
                                .addRequired("value")
                                .addProperty("type", string().addEnumeration("base64"))
                                .addProperty("value", string().format("byte").description("The image's file")));
    }

    private static Schema runLengths() {
        return object().description("Run lengths of COCO: column by column, compressed as by COCO's API")
                .addProperty("size", arrayOf(integer()).description("Height and width"))
                .addProperty("counts", string());
    }

    private static Schema sized() {
        return object().addRequired("height")
                .addRequired("width")
                .addProperty("height", integer())
                .addProperty("width", integer());
    }

    private static Schema labels() {
        return sized().addProperty(
                        "classes",
                        arrayOf(object().addProperty("id", integer())
                                        .addProperty("name", string())
                                        .addProperty("color", string().addExample("#c00080"))
                                        .addProperty("pixels", integer())
                                        .addProperty("rle", reference(RUN_LENGTHS)))
                                .description("Classes that occur in the prediction"));
    }

    private static Schema figures() {
        return sized().addProperty("min", number()).addProperty("max", number()).addProperty("mean", number());
    }

    private static Schema depth() {
        return figures()
                .addProperty("unit", string().addExample("metre"))
                .addProperty("scale", number().description("Units per step of the PNG"))
                .addProperty("png", string().format("byte").description("16-bit grey PNG"));
    }

    private static Schema normals() {
        return sized().addProperty("axes", string())
                .addProperty("mean", arrayOf(number()))
                .addProperty("png", string().format("byte").description("RGB PNG"));
    }

    private static Schema probabilities() {
        return figures()
                .addProperty("threshold", number())
                .addProperty("pixels", integer().description("Number of pixels at or above the threshold"))
                .addProperty("rle", reference(RUN_LENGTHS));
    }

    private static Schema parts() {
        Schema part = object().addRequired("name")
                .addProperty("name", string().description("The pack; if none answered, what the request named"))
                .addProperty("mediaType", string())
                .addProperty("headers", object().additionalPropertiesSchema(string()))
                .addProperty("base64", string().format("byte").description("The prediction, unless it is JSON"))
                .addProperty("prediction", object().description("The prediction, if it is JSON (`format=json`)"))
                .addProperty("problem", reference(ProblemResponses.SCHEMA));
        return object().addRequired("parts").addProperty("parts", arrayOf(part));
    }
}
