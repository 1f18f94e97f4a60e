package dev.facet.server.management;

import dev.facet.runtime.registry.PackFailure;
import dev.facet.runtime.registry.PackView;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A page of the packs there are.
 *
 * @param packs versions, by name and version
 * @param next where the next page begins, for {@code ?after=}; null on the last one
 * @param defaults name of the pack that answers for a kind, by kind
 * @param failures packs that should answer and can't; on the first page
 * @param otherBank packs that were made for another bank than the server's; on the first page
 */
@Schema(description = "One page of the list of packs")
record PackList(
        @Schema(description = "versions, by name and version")
        List<PackDocument> packs,

        @Schema(nullable = true, description = "value of the parameter 'after' for the next page")
        String next,

        @Schema(description = "name of the pack that answers for a kind, by kind")
        Map<String, String> defaults,

        @Schema(description = "packs that should be served, but can't be opened; on the first page only")
        List<Failure> failures,

        @Schema(description = "packs that were made for another bank than the server's; on the first page only")
        List<Failure> otherBank) {

    /**
     * A pack that should answer and can't.
     *
     * @param pack its address, or its file's name where that doesn't say which pack it is
     * @param file name of its file
     * @param reason what is wrong with it
     */
    @Schema(name = "PackFailure")
    record Failure(String pack, String file, String reason) {}

    /** @param views one more than the page holds, where there are more */
    static PackList of(List<PackView> views, int limit, Map<String, String> defaults, List<PackFailure> failures) {
        List<PackView> page = views.subList(0, Math.min(limit, views.size()));
        return new PackList(
                page.stream().map(PackDocument::of).toList(),
                views.size() > limit ? page.get(limit - 1).id().toString() : null,
                defaults,
                listed(failures, false),
                listed(failures, true));
    }

    private static List<Failure> listed(List<PackFailure> failures, boolean otherBank) {
        return failures.stream()
                .filter(failure -> failure.otherBank() == otherBank)
                .map(failure -> new Failure(failure.pack(), failure.file(), failure.reason()))
                .toList();
    }
}
