package dev.facet.server.contract;

import dev.facet.core.encoding.Representation;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** The query parameters and answer headers of predictions, in the OpenAPI document. */
final class PredictionParameters {
    /** A pack in a query, {@code name[@version]}. */
    static final String PACK = "[a-z][a-z0-9-]{0,62}(@[0-9]{1,9})?";

    private PredictionParameters() {}

    static Parameter query(String name, String description, Schema schema, Object example) {
        Parameter parameter = OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.QUERY)
                .description(description)
                .schema(schema);
        return example == null ? parameter : parameter.example(example);
    }

    static Parameter format() {
        return query(
                "format",
                "Representation, instead of `Accept`",
                Schemas.string().enumeration(List.of("png", "jpg", "npy", "bin", "json")),
                null);
    }

    static Parameter render(String kind) {
        List<Object> values =
                kind.equals("depth") ? List.of("plain", "overlay", "turbo", "magma") : List.of("plain", "overlay");
        return query(
                "render",
                "A picture for people instead of values: an overlay on the image, or depth in colours",
                Schemas.string().enumeration(values).defaultValue("plain"),
                null);
    }

    static Parameter alpha() {
        return query("alpha", "Opacity of an overlay", fraction().defaultValue(0.5), null);
    }

    static Parameter threshold() {
        return query(
                "threshold",
                "Smallest probability of a pixel that counts in the run lengths of JSON",
                fraction().defaultValue(0.5),
                null);
    }

    static Parameter bits() {
        return query(
                "bits",
                "Bits of a sample in PNG",
                OASFactory.createSchema()
                        .addType(Schema.SchemaType.INTEGER)
                        .enumeration(List.of(8, 16))
                        .defaultValue(8),
                null);
    }

    static Parameter raw() {
        return query(
                "raw",
                "The network's output at the image's size instead of the prediction: fp32 [classes, height, width], as NumPy or raw values",
                Schemas.string().enumeration(List.of("logits")),
                null);
    }

    static Parameter side() {
        return query(
                "side",
                "Longer side of the answer in pixels, instead of the image's own. The network's input stays the same; only "
                        + "its output is resized differently",
                whole(16),
                null);
    }

    static Parameter tile() {
        return query(
                "tile",
                "Side of a tile in pixels, a multiple of 16. The network processes the image tile by tile at its own "
                        + "resolution, instead of the whole image scaled down",
                whole(64).multipleOf(BigDecimal.valueOf(16)),
                null);
    }

    static Parameter overlap() {
        return query(
                "overlap",
                "Least number of pixels that neighbouring tiles share, a multiple of 16 up to half a tile; the tiles are "
                        + "blended there. Default: a quarter of a tile",
                whole(0).multipleOf(BigDecimal.valueOf(16)),
                null);
    }

    static Parameter timeout() {
        return query(
                "timeout",
                "Longest time from the last byte of the request to the answer, `500ms`, `2s` or `1m` (seconds without unit); then 504",
                Schemas.string().pattern("^[0-9]+(\\.[0-9]+)?(ms|s|m)?$"),
                null);
    }

    static Parameter priority() {
        return query(
                "priority",
                "1 is the highest; 0 waits behind all others",
                OASFactory.createSchema()
                        .addType(Schema.SchemaType.INTEGER)
                        .minimum(BigDecimal.ZERO)
                        .maximum(BigDecimal.valueOf(1000))
                        .defaultValue(0),
                null);
    }

    static Map<String, Header> headers(String kind, Representation representation) {
        Map<String, Header> headers = new LinkedHashMap<>();
        headers.put("Facet-Pack", header("Name of the pack that answered"));
        headers.put("Facet-Pack-Version", header("Its version"));
        headers.put("Facet-Pack-Digest", header("SHA-256 of its file, in hex"));
        headers.put("Facet-Pack-Plan", header("How the pack is executed: factored, merged or int8"));
        headers.put("Server-Timing", header("Milliseconds of each stage"));
        headers.put("X-Answer-Size", header("Height and width of the answer in pixels, comma-separated"));
        headers.put("X-Request-Id", header("The request's id, for the server's log"));
        if (kind.equals("depth")) {
            headers.put("X-Depth-Unit", header("Unit of distances"));
            headers.put("X-Depth-Scale", header("Units per step of a 16-bit PNG"));
        }
        if (kind.equals("normals")) {
            headers.put("X-Normals-Axes", header("Directions of x, y and z"));
        }
        if (representation == Representation.RAW) {
            headers.put("X-Tensor-Shape", header("Extents, outermost first, comma-separated"));
            headers.put("X-Tensor-Type", header("`uint8` or `float32`"));
        }
        return headers;
    }

    private static Header header(String description) {
        return OASFactory.createHeader().description(description).schema(Schemas.string());
    }

    private static Schema whole(int minimum) {
        return OASFactory.createSchema().addType(Schema.SchemaType.INTEGER).minimum(BigDecimal.valueOf(minimum));
    }

    private static Schema fraction() {
        return OASFactory.createSchema()
                .addType(Schema.SchemaType.NUMBER)
                .minimum(BigDecimal.ZERO)
                .maximum(BigDecimal.ONE);
    }
}
