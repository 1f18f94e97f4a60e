package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.Raster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where one kind of file of a data set lies, by image.
 *
 * @param root folder of the data set
 * @param places paths below it with {@code *} for the id, the preferred one first
 */
record Annotations(Path root, List<String> places) {
    Annotations {
        places = List.copyOf(places);
    }

    static Annotations of(Path root, String... places) {
        return new Annotations(root, List.of(places));
    }

    /** The folder of a data set: one of those names in {@code root}, or {@code root} itself. */
    static Path folder(Path root, String... names) {
        return Stream.of(names)
                .map(root::resolve)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(root);
    }

    /** The file of an image: the first place where one is. */
    Path file(String id) {
        return places.stream()
                .map(place -> path(place, id))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new DatasetException("no such file: file=%s".formatted(expected(id))));
    }

    /** The file that is there, or the one that should be. */
    Path expected(String id) {
        return places.stream()
                .map(place -> path(place, id))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseGet(() -> path(places.get(0), id));
    }

    boolean has(String id) {
        return places.stream().anyMatch(place -> Files.isRegularFile(path(place, id)));
    }

    private Path path(String place, String id) {
        if (!PlainFiles.isName(id)) {
            throw new IllegalArgumentException("image id: value='%s', expected a file name".formatted(id));
        }
        return root.resolve(place.replace("*", id));
    }

    /** Reads an image, upright. */
    Raster image(String id) {
        return image(id, true);
    }

    /** Reads an image, or a picture that means something else, as its pixels lie. */
    Raster storedImage(String id) {
        return image(id, false);
    }

    private Raster image(String id, boolean upright) {
        Path file = file(id);
        try {
            return upright
                    ? ImageDecoder.read(file, ImageLimits.DEFAULT)
                    : ImageDecoder.readAsStored(file, ImageLimits.DEFAULT);
        } catch (IOException e) {
            throw new DatasetException("image can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        } catch (ImageException e) {
            throw new DatasetException("%s [file=%s]".formatted(e.getMessage(), file), e);
        }
    }

    /** Names what is missing of a split, if anything is. */
    static void check(List<String> ids, String split, Stream<Annotations> all) {
        List<Path> missing = new ArrayList<>();
        all.forEach(annotations -> {
            for (String id : ids) {
                if (!annotations.has(id)) {
                    missing.add(annotations.expected(id));
                }
            }
        });
        if (!missing.isEmpty()) {
            Collections.sort(missing);
            throw new DatasetException(
                    "files missing: count=%d, first=%s [split=%s]".formatted(missing.size(), missing.get(0), split));
        }
    }
}
