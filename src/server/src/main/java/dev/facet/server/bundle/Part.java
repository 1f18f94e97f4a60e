package dev.facet.server.bundle;

import dev.facet.core.encoding.Encoded;
import dev.facet.server.problem.Problem;
import java.util.Map;

/** One pack's part of an answer to an image. */
public sealed interface Part {
    /** What the part is named by: the pack, or what was asked for where no pack answered. */
    String name();

    /**
     * An answer.
     *
     * @param name of the pack
     * @param suffix of a file with that content, without dot
     * @param content prediction as bytes
     * @param headers which pack answered, under the names of the HTTP headers
     */
    record Answered(String name, String suffix, Encoded content, Map<String, String> headers) implements Part {
        public Answered {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A failure.
     *
     * @param name what was asked for
     * @param problem what went wrong
     * @param document the problem as JSON
     */
    record Failed(String name, Problem problem, byte[] document) implements Part {}
}
