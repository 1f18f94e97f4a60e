package dev.facet.server.inference;

import dev.facet.core.pack.PackManifest;
import dev.facet.runtime.prediction.PackSelector;
import dev.facet.runtime.registry.Route;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import java.util.Optional;

/**
 * A model of the protocol. A pack is two of them: {@code NAME} takes tensors, {@code NAME.image} takes an image's file.
 *
 * @param pack name of the pack
 * @param isImage whether it takes an image's file
 */
public record ModelName(String pack, boolean isImage) {
    private static final String IMAGE = ".image";

    /**
     * Reads a name.
     *
     * @throws ProblemException 404 for what can't be a model's name
     */
    public static ModelName parse(String text) {
        boolean isImage = text.endsWith(IMAGE);
        String pack = isImage ? text.substring(0, text.length() - IMAGE.length()) : text;
        if (!PackManifest.isName(pack)) {
            throw new ProblemException(
                    404,
                    ProblemCode.UNKNOWN_PACK,
                    "no such model: name='%s', expected a pack's name, or that and '%s'"
                            .formatted(text.length() > 80 ? text.substring(0, 80) + "…" : text, IMAGE));
        }
        return new ModelName(pack, isImage);
    }

    /**
     * The pack that answers.
     *
     * @param version empty for the one that the route leads to
     * @throws ProblemException 404 for what can't be a version
     */
    PackSelector selector(Optional<String> version, Route route) {
        checkVersion(version);
        return new PackSelector.Named(pack, version, Optional.empty(), route);
    }

    /** @throws ProblemException 404 for what can't be a version */
    void checkVersion(Optional<String> version) {
        if (version.isPresent() && !PackManifest.isVersion(version.get())) {
            throw new ProblemException(
                    404,
                    ProblemCode.UNKNOWN_PACK,
                    "no such version: model='%s', version='%s', expected [0-9]{1,9}"
                            .formatted(
                                    this,
                                    version.get().length() > 20
                                            ? version.get().substring(0, 20) + "…"
                                            : version.get()));
        }
    }

    @Override
    public String toString() {
        return isImage ? pack + IMAGE : pack;
    }
}
