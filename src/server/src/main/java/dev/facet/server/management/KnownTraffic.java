package dev.facet.server.management;

import dev.facet.runtime.registry.Traffic;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a client takes for the state: {@code If-Match} with the {@code ETag} of an answer, or nothing, which any state is. */
record KnownTraffic(List<String> tags) implements Predicate<Traffic> {
    private static final Pattern TAG = Pattern.compile("(W/)?\"[!#-~]*\"");
    private static final String ANY = "*";

    /** @throws ProblemException 400 for a header that isn't understood */
    static KnownTraffic of(String ifMatch) {
        List<String> tags = ifMatch == null
                ? List.of(ANY)
                : Arrays.stream(ifMatch.split(",", -1)).map(String::strip).toList();
        boolean isAny = tags.equals(List.of(ANY));
        if (!isAny && !tags.stream().allMatch(tag -> TAG.matcher(tag).matches())) {
            throw new ProblemException(
                    400, ProblemCode.INVALID_HEADER, "bad header: If-Match, expected * or the ETag of an answer");
        }
        return new KnownTraffic(tags);
    }

    static String etag(Traffic traffic) {
        return '"' + traffic.tag() + '"';
    }

    @Override
    public boolean test(Traffic traffic) {
        return tags.contains(ANY) || tags.contains(etag(traffic));
    }
}
