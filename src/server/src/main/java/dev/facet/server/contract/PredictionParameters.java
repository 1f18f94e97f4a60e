package dev.facet.server.contract;

import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.Route;
import dev.facet.server.http.RouteKey;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** The parameters and answer headers of predictions, in the OpenAPI document: each is there once, and operations refer to it. */
final class PredictionParameters {
    private static final String PACK = "[a-z][a-z0-9-]{0,62}(@[0-9]{1,9})?";
    private static final String KIND = "(" + String.join("|", TaskKind.IDS) + ")";
    /** What its component is called beside the other kinds' {@code render}. */
    private static final String DEPTH_RENDER = "depthRender";

    private static final List<String> FOR_ALL = List.of("side", "tile", "overlap", "timeout", "priority", "routeKey");

    private static final Map<String, String> HEADERS = headers();

    private PredictionParameters() {}

    static void addTo(OpenAPI document) {
        parameters().forEach(document.getComponents()::addParameter);
        HEADERS.forEach((name, description) -> document.getComponents()
                .addHeader(
                        name, OASFactory.createHeader().description(description).schema(Schemas.string())));
    }

    /** Where {@code Accept} or {@code format} chooses the form. */
    static List<Parameter> ofKind(String kind) {
        List<String> names = new ArrayList<>(List.of("pack", "format", render(kind), "alpha"));
        if (hasClasses(kind)) {
            names.addAll(List.of("raw", "unknown"));
        } else if (!kind.equals("depth")) {
            names.add("bits");
        }
        if (isProbability(kind)) {
            names.add("threshold");
        }
        return references(names);
    }

    /** Of an address with one form: what means something to it. */
    static List<Parameter> ofForm(String kind, Representation form) {
        List<String> names = new ArrayList<>(List.of("pack"));
        boolean array = form == Representation.NPY || form == Representation.RAW;
        if (form == Representation.PNG || form == Representation.JPEG && kind.equals("depth")) {
            names.add(render(kind));
        }
        if (form == Representation.PNG || form == Representation.JPEG) {
            names.add("alpha");
        }
        if (hasClasses(kind)) {
            if (array) {
                names.add("raw");
            }
            names.add("unknown");
        } else if (form == Representation.PNG && !kind.equals("depth")
                || form == Representation.JSON && kind.equals("normals")) {
            names.add("bits");
        }
        if (form == Representation.JSON && isProbability(kind)) {
            names.add("threshold");
        }
        return references(names);
    }

    static List<Parameter> ofSeveral() {
        return references(
                List.of("tasks", "packs", "format", DEPTH_RENDER, "alpha", "bits", "threshold", "unknown", "raw"));
    }

    private static boolean hasClasses(String kind) {
        return kind.equals("segmentation") || kind.equals("human-parts");
    }

    private static boolean isProbability(String kind) {
        return kind.equals("saliency") || kind.equals("edges");
    }

    private static String render(String kind) {
        return kind.equals("depth") ? DEPTH_RENDER : "render";
    }

    private static List<Parameter> references(List<String> names) {
        List<String> all = new ArrayList<>(names);
        all.addAll(FOR_ALL);
        return all.stream()
                .map(name -> OASFactory.createParameter().ref("#/components/parameters/" + name))
                .toList();
    }

    private static Map<String, Parameter> parameters() {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        parameters.put(
                "pack",
                query(
                        "pack",
                        "The pack that answers: `name` or `name@version`. Default: the kind's default pack",
                        Schemas.string().pattern("^%s$".formatted(PACK))));
        parameters.put(
                "tasks",
                query("tasks", "Kinds, comma-separated", Schemas.string().pattern("^%1$s(,%1$s)*$".formatted(KIND)))
                        .example("edges,segmentation"));
        parameters.put(
                "packs",
                query(
                        "packs",
                        "Packs, comma-separated: `name` or `name@version`",
                        Schemas.string().pattern("^%1$s(,%1$s)*$".formatted(PACK))));
        parameters.put("format", query("format", "Form of the answer, instead of `Accept`", Schemas.reference("Form")));
        String picture = "A picture for people instead of values: an overlay on the image";
        parameters.put("render", query("render", picture, Schemas.reference("Render")));
        parameters.put(
                DEPTH_RENDER, query("render", picture + ", or depth in colours", Schemas.reference("DepthRender")));
        parameters.put("alpha", query("alpha", "Opacity of an overlay", fraction(0.5)));
        parameters.put("bits", query("bits", "Bits of a sample in PNG", Schemas.reference("Bits")));
        parameters.put(
                "threshold",
                query(
                        "threshold",
                        "Smallest probability of a pixel that counts in the run lengths of JSON",
                        fraction(0.5)));
        parameters.put(
                "raw",
                query(
                        "raw",
                        "The network's outputs at the answer's size instead of the prediction: fp32 [channels, height, width], as NumPy or "
                                + "raw values",
                        Schemas.reference("RawOutput")));
        parameters.put(
                "unknown",
                query(
                        "unknown",
                        "Pixels whose most likely class has a lower probability are unknown: class id 255 in pictures and arrays, a class "
                                + "`unknown` with this id in JSON, the image itself in an overlay. Not together with `raw`",
                        fraction(0)));
        parameters.put(
                "side",
                query(
                        "side",
                        "Longer side of the answer in pixels, instead of the image's own. The network's input stays the same; only "
                                + "its output is resized differently",
                        whole(16)));
        parameters.put(
                "tile",
                query(
                        "tile",
                        "Side of a tile in pixels. The network processes the image tile by tile at its own "
                                + "resolution, instead of the whole image scaled down. Not with inverse depth, of which each tile would have a "
                                + "scale of its own",
                        whole(64).multipleOf(BigDecimal.valueOf(16))));
        parameters.put(
                "overlap",
                query(
                        "overlap",
                        "With `tile`: least number of pixels that neighbouring tiles share, up to half a tile; the tiles are "
                                + "blended there. Default: a quarter of a tile",
                        whole(0).multipleOf(BigDecimal.valueOf(16))));
        parameters.put(
                "timeout",
                query(
                                "timeout",
                                "Longest time from the last byte of the request to the answer, `500ms`, `2s` or `1m` (seconds without unit); "
                                        + "then 504",
                                Schemas.string().pattern("^[0-9]{1,9}(\\.[0-9]{1,9})?(ms|s|m)?$"))
                        .example("10s"));
        parameters.put(
                "priority",
                query(
                        "priority",
                        "1 is the highest; 0 waits behind all others",
                        whole(0).maximum(BigDecimal.valueOf(1000)).defaultValue(0)));
        parameters.put(
                "routeKey",
                OASFactory.createParameter()
                        .name(RouteKey.HEADER)
                        .in(Parameter.In.HEADER)
                        .description(
                                "While requests are divided between versions of a pack: what is equal here gets the same version. "
                                        + "Without it, chance decides")
                        .schema(Schemas.string().minLength(1).maxLength(Route.MAX_KEY)));
        return parameters;
    }

    private static Parameter query(String name, String description, Schema schema) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.QUERY)
                .description(description)
                .schema(schema);
    }

    private static Schema whole(int minimum) {
        return Schemas.integer().minimum(BigDecimal.valueOf(minimum));
    }

    private static Schema fraction(double otherwise) {
        return Schemas.number().minimum(BigDecimal.ZERO).maximum(BigDecimal.ONE).defaultValue(otherwise);
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Facet-Task", "The kind");
        headers.put("Facet-Pack", "Name of the pack that answered");
        headers.put("Facet-Pack-Version", "Its version");
        headers.put("Facet-Pack-Digest", "SHA-256 of its file, in hex");
        headers.put("Facet-Pack-Plan", "How the pack is executed: factored, merged or int8");
        headers.put("Server-Timing", "Milliseconds of each stage");
        headers.put("X-Answer-Size", "Height and width of the answer in pixels, comma-separated");
        headers.put("X-Request-Id", "The request's id, for the server's log");
        headers.put(
                "X-Depth-Quantity",
                "What the values are: `distance`, larger is farther; or `inverse-depth`, larger is nearer, without a "
                        + "unit, to be compared within this answer only");
        headers.put("X-Depth-Unit", "Unit of distances; none with inverse depth");
        headers.put("X-Depth-Scale", "Units per step of a 16-bit PNG of distances");
        headers.put(
                "X-Depth-Range",
                "Smallest and largest value of the answer, comma-separated, where colours or the samples of "
                        + "inverse depth (0 and 65535) reach from one to the other");
        headers.put("X-Normals-Axes", "Directions of x, y and z");
        headers.put("X-Tensor-Shape", "Extents, outermost first, comma-separated");
        headers.put("X-Tensor-Type", "`uint8` or `float32`");
        return headers;
    }

    static Header header(String name) {
        return OASFactory.createHeader().ref("#/components/headers/" + name);
    }

    static List<String> headers(String kind, List<Representation> forms) {
        List<String> headers = new ArrayList<>(List.of(
                "Facet-Task",
                "Facet-Pack",
                "Facet-Pack-Version",
                "Facet-Pack-Digest",
                "Facet-Pack-Plan",
                "Server-Timing",
                "X-Answer-Size",
                "X-Request-Id"));
        if (kind.equals("depth")) {
            headers.addAll(List.of("X-Depth-Quantity", "X-Depth-Unit", "X-Depth-Scale"));
            if (forms.contains(Representation.PNG) || forms.contains(Representation.JPEG)) {
                headers.add("X-Depth-Range");
            }
        }
        if (kind.equals("normals")) {
            headers.add("X-Normals-Axes");
        }
        if (forms.contains(Representation.RAW)) {
            headers.addAll(List.of("X-Tensor-Shape", "X-Tensor-Type"));
        }
        return headers;
    }

    static List<String> headersOfSeveral() {
        return List.of("X-Request-Id");
    }
}
