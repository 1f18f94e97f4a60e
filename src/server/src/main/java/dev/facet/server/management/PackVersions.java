package dev.facet.server.management;

import dev.facet.runtime.registry.PackView;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One pack with its versions.
 *
 * @param name its name
 * @param active version that answers for the name; null where none does
 * @param versions all versions, lowest first
 */
@Schema(description = "One pack with its versions")
record PackVersions(
        @Schema(examples = "edges") String name,

        @Schema(nullable = true, examples = "1", description = "version that answers for the name")
        String active,

        List<PackDocument> versions) {

    static PackVersions of(String name, List<PackView> versions) {
        return new PackVersions(
                name,
                versions.stream()
                        .filter(PackView::active)
                        .map(view -> view.id().version())
                        .findFirst()
                        .orElse(null),
                versions.stream().map(PackDocument::of).toList());
    }
}
