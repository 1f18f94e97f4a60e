package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The maps {@code ID_k.png}, k = 0, 1, …, of each image. */
final class AnnotatorFiles {
    private static final Pattern NAME = Pattern.compile("((.+)_([0-9]{1,3}))\\.png");

    private AnnotatorFiles() {}

    /**
     * Finds each image's maps in the order of k.
     *
     * @return none for an image without maps; empty where the folder is missing
     * @throws DatasetException where k has gaps, since a map is missing then
     */
    static Map<String, List<Path>> of(Path folder) {
        return of(folder, (name, id) -> true);
    }

    /**
     * Finds the maps of some images in a folder that may hold other labels too: {@code ID_k.png} is a map of {@code ID}, unless
     * {@code ID_k} is one of the images itself.
     *
     * @throws DatasetException where k has gaps, since a map is missing then
     */
    static Map<String, List<Path>> of(Path folder, Set<String> ids) {
        return of(folder, (name, id) -> ids.contains(id) && !ids.contains(name));
    }

    /** @param isMap asked with the name of a file, without its ending, and the id in it */
    private static Map<String, List<Path>> of(Path folder, BiPredicate<String, String> isMap) {
        Map<String, SortedMap<Integer, Path>> found = new HashMap<>();
        if (!Files.isDirectory(folder)) {
            return Map.of();
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.png")) {
            for (Path file : files) {
                Matcher matcher = NAME.matcher(file.getFileName().toString());
                if (matcher.matches() && isMap.test(matcher.group(1), matcher.group(2))) {
                    found.computeIfAbsent(matcher.group(2), id -> new TreeMap<>())
                            .put(Integer.parseInt(matcher.group(3)), file);
                }
            }
        } catch (IOException e) {
            throw new DatasetException(
                    "folder can't be read: %s [folder=%s]".formatted(Failures.describe(e), folder), e);
        }
        Map<String, List<Path>> result = new HashMap<>();
        found.forEach((id, maps) -> {
            if (maps.lastKey() != maps.size() - 1) {
                throw new DatasetException(
                        "maps of annotators with gaps: id='%s', numbers=%s, expected 0..%d [folder=%s]"
                                .formatted(id, maps.keySet(), maps.size() - 1, folder));
            }
            result.put(id, List.copyOf(maps.values()));
        });
        return result;
    }
}
