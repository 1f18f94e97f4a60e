package dev.facet.server.bundle;

import dev.facet.core.encoding.Encoded;
import dev.facet.server.problem.Problem;
import dev.facet.server.response.Body;
import java.util.Map;
import java.util.Optional;

/**
 * One pack's part of an answer to an image: a prediction, or a problem.
 *
 * @param name what it is named by: the pack, or what was asked for where no pack answered
 * @param fileName of a file with that content
 * @param mediaType of the content
 * @param headers which pack answered, under the names of the HTTP headers
 * @param content the prediction, or the problem's document
 * @param problem what went wrong, where something did
 */
public record Part(
        String name,
        String fileName,
        String mediaType,
        Map<String, String> headers,
        Body content,
        Optional<Problem> problem) {
    public Part {
        headers = Map.copyOf(headers);
    }

    /** A prediction. */
    public static Part answered(String name, String suffix, Encoded encoded, Map<String, String> headers) {
        return new Part(
                name,
                file(name) + "." + suffix,
                encoded.mediaType(),
                headers,
                Body.of(encoded.content()),
                Optional.empty());
    }

    /** A failure. */
    public static Part failed(String name, Problem problem, byte[] document) {
        return new Part(
                name,
                file(name) + ".problem.json",
                Problem.MEDIA_TYPE,
                Map.of(),
                Body.of(document),
                Optional.of(problem));
    }

    public boolean isFailed() {
        return problem.isPresent();
    }

    private static String file(String name) {
        return name.replace('@', '-');
    }
}
