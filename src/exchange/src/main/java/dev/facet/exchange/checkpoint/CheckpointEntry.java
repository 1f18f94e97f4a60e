package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A tensor of a checkpoint that is built when it is wanted.
 *
 * @param name keys of the dictionaries around it and its own, joined with dots
 * @param dictionary key of the outermost dictionary around it; empty where it lies in none
 * @param fault why it can't be read; empty where it can
 * @param tensor builds it; throws a {@link CheckpointException} where it can't be built
 */
record CheckpointEntry(String name, String dictionary, Optional<String> fault, Supplier<Tensor> tensor) {
    /** Longest name: none is built that a short file could repeat at will. */
    static final int MAX_NAME_LENGTH = 512;

    static CheckpointEntry of(List<String> path, Function<String, Tensor> tensor) {
        String name = join(path);
        if (name.length() > MAX_NAME_LENGTH) {
            return unreadable(path, "its name has more than %d characters".formatted(MAX_NAME_LENGTH));
        }
        return new CheckpointEntry(name, dictionary(path), Optional.empty(), () -> tensor.apply(name));
    }

    static CheckpointEntry unreadable(List<String> path, String fault) {
        String name = join(path);
        return new CheckpointEntry(name, dictionary(path), Optional.of(fault), () -> {
            throw new CheckpointException("tensor '%s' can't be read: %s".formatted(name, fault));
        });
    }

    private static String dictionary(List<String> path) {
        return path.size() > 1 ? path.get(0) : "";
    }

    /** The whole name, or the beginning of one that is too long. */
    private static String join(List<String> path) {
        StringBuilder name = new StringBuilder();
        for (String key : path) {
            name.append(name.isEmpty() ? "" : ".").append(key, 0, Math.min(key.length(), MAX_NAME_LENGTH + 1));
            if (name.length() > MAX_NAME_LENGTH) {
                return name.substring(0, MAX_NAME_LENGTH) + "…";
            }
        }
        return name.toString();
    }
}
