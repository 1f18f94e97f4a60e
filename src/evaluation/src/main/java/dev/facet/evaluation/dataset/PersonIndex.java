package dev.facet.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which images of a split show a person.
 *
 * @param withPerson their ids
 */
record PersonIndex(Set<String> withPerson) {
    /**
     * Reads {@code ImageSets/Parts/SPLIT.txt}, JSON: the numbers of the classes of each image.
     *
     * @param remarks told where the file is there and isn't used
     * @return empty where there is no such file, it isn't JSON, or an image of the split isn't in it
     */
    static Optional<PersonIndex> read(Path file, List<String> ids, List<String> remarks) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonNode lists = JsonFiles.read(file);
            Set<String> found = new HashSet<>();
            for (String id : ids) {
                JsonNode classes = lists.get(id);
                if (classes == null || !classes.isArray()) {
                    remarks.add("list of persons isn't used: no classes for image '%s' [file=%s]".formatted(id, file));
                    return Optional.empty();
                }
                for (JsonNode number : classes) {
                    if (number.asDouble() == PartsReader.PERSON) {
                        found.add(id);
                    }
                }
            }
            return Optional.of(new PersonIndex(Set.copyOf(found)));
        } catch (DatasetException e) {
            remarks.add("list of persons isn't used: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Reads the annotations of all images: takes minutes for a whole data set. */
    static PersonIndex compute(List<String> ids, Annotations parts) {
        return new PersonIndex(ids.parallelStream()
                .filter(id -> PartsReader.read(parts.file(id)).hasPerson())
                .collect(Collectors.toUnmodifiableSet()));
    }

    boolean hasPerson(String id) {
        return withPerson.contains(id);
    }

    /** Those of the ids that show a person, in their order. */
    List<String> withPerson(List<String> ids) {
        return ids.stream().filter(withPerson::contains).toList();
    }
}
