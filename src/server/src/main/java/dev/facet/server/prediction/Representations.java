package dev.facet.server.prediction;

import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.Depth;
import dev.facet.server.http.MediaRange;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which representation a request gets: that of its address, else of {@code format}, else the one {@code Accept} likes best. */
public final class Representations {
    private static final List<Representation> PICTURES = List.of(Representation.PNG, Representation.JPEG);
    private static final List<Representation> ARRAYS = List.of(Representation.NPY, Representation.RAW);
    /** The server's order of preference. JPEG comes last: it holds renderings only. */
    private static final List<Representation> ALL = List.of(
            Representation.PNG, Representation.JSON, Representation.NPY, Representation.RAW, Representation.JPEG);

    private Representations() {}

    /**
     * Chooses.
     *
     * @param suffix of the address, where it has one
     * @param kind task kind, empty where several are asked for
     */
    public static Representation choose(
            Optional<String> suffix, PredictionQuery query, String accept, Optional<String> kind) {
        Optional<Representation> named = suffix.map(Representations::ofSuffix).or(query::representation);
        if (suffix.isPresent()
                && query.representation().filter(other -> other != named.get()).isPresent()) {
            throw ProblemException.parameter(
                    "format", query.format().get(), "none, or the same format as the ending of the address");
        }
        List<Representation> offers = offers(query, kind);
        if (named.isPresent()) {
            if (!offers.contains(named.get())) {
                throw ProblemException.parameter(
                        "format",
                        named.get().suffix(),
                        "%s with these parameters"
                                .formatted(offers.stream()
                                        .map(Representation::suffix)
                                        .toList()));
            }
            return named.get();
        }
        return MediaRange.choose(MediaRange.parse(accept), offers, Representation::mediaType)
                .orElseThrow(() -> notAcceptable(
                        accept, offers.stream().map(Representation::mediaType).toList()));
    }

    /** The representation of an address's suffix. */
    private static Representation ofSuffix(String suffix) {
        try {
            return Representation.ofSuffix(suffix);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(404, ProblemCode.NOT_FOUND, e.getMessage());
        }
    }

    private static List<Representation> offers(PredictionQuery query, Optional<String> kind) {
        kind.ifPresent(id -> query.checkUnknown(List.of(id)));
        if (query.logits()) {
            return ARRAYS;
        }
        Render render = query.options().render();
        boolean colours = render == Render.TURBO || render == Render.MAGMA;
        if (colours && kind.isPresent() && !kind.get().equals(Depth.ID)) {
            throw ProblemException.parameter(
                    "render", render.name().toLowerCase(Locale.ROOT), "plain|overlay for this task");
        }
        return render == Render.PLAIN ? ALL : PICTURES;
    }

    /** All lines of {@code Accept} as one; null where there is none. */
    static String accept(RoutingContext context) {
        List<String> lines = context.request().headers().getAll(HttpHeaders.ACCEPT);
        return lines.isEmpty() ? null : String.join(",", lines);
    }

    static ProblemException notAcceptable(String accept, List<String> offered) {
        return new ProblemException(new Problem(
                        406,
                        ProblemCode.NOT_ACCEPTABLE,
                        "Accept='%s' names no media type that is offered".formatted(accept))
                .with("offered", offered));
    }
}
