package dev.facet.server.prediction;

import dev.facet.core.encoding.EncodingOptions;
import dev.facet.core.encoding.EncodingOptions.Render;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Resolution;
import dev.facet.core.image.Tiling;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Segmentation;
import dev.facet.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The query parameters of a prediction, checked.
 *
 * @param format representation asked for; empty where {@code Accept} decides
 * @param options how the prediction is encoded
 * @param logits whether the network's outputs are wanted instead of the answer
 * @param resolution size of the answer, and whether the image is answered in tiles
 * @param timeout time that the request allows itself, at most the configured one
 * @param priority 1 is the highest, 0 behind all others
 */
public record PredictionQuery(
        Optional<String> format,
        EncodingOptions options,
        boolean logits,
        Resolution resolution,
        Duration timeout,
        int priority) {
    /** What {@code bits} was called until it was taken for the task of that name; still answers. */
    private static final String FORMER_BITS = "depth";

    private static final Set<String> NAMES = Set.of(
            "format",
            "render",
            "alpha",
            "bits",
            FORMER_BITS,
            "threshold",
            "unknown",
            "raw",
            "side",
            "tile",
            "overlap",
            "timeout",
            "priority");
    private static final List<String> WITH_CLASSES = List.of(Segmentation.ID, HumanParts.ID);
    private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)(ms|s|m)?");
    private static final int MAX_PRIORITY = 1000;

    /**
     * Reads the parameters.
     *
     * @param more names that the operation knows besides
     * @throws ProblemException 400 for a parameter that isn't known, is repeated or has a bad value
     */
    public static PredictionQuery of(MultiMap query, Set<String> more, Duration longest) {
        for (String name : query.names()) {
            if (!NAMES.contains(name) && !more.contains(name)) {
                List<String> known = Stream.concat(NAMES.stream(), more.stream())
                        .filter(each -> !each.equals(FORMER_BITS))
                        .sorted()
                        .toList();
                throw ProblemException.parameter(
                        "query", name, "only " + known.stream().collect(Collectors.joining(", ")));
            }
            if (query.getAll(name).size() > 1) {
                throw ProblemException.parameter(name, String.join(",", query.getAll(name)), "one value");
            }
        }
        EncodingOptions defaults = EncodingOptions.DEFAULT;
        EncodingOptions options = new EncodingOptions(
                render(query),
                fraction(query, "alpha", defaults.alpha()),
                bits(query),
                fraction(query, "threshold", defaults.threshold()),
                fraction(query, "unknown", defaults.unknown()));
        boolean logits = logits(query);
        if (logits && options.unknown() > 0) {
            throw ProblemException.parameter(
                    "unknown", query.get("unknown"), "none with raw=logits, which has no classes yet");
        }
        return new PredictionQuery(
                Optional.ofNullable(query.get("format")),
                options,
                logits,
                new Resolution(side(query), tiling(query)),
                timeout(query, longest),
                priority(query));
    }

    private static Render render(MultiMap query) {
        String value = query.get("render");
        if (value == null) {
            return Render.PLAIN;
        }
        try {
            return Render.of(value);
        } catch (IllegalArgumentException e) {
            throw ProblemException.parameter("render", value, "plain|overlay|turbo|magma");
        }
    }

    private static double fraction(MultiMap query, String name, double otherwise) {
        String value = query.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            double fraction = Double.parseDouble(value);
            if (fraction >= 0 && fraction <= 1) {
                return fraction;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one answer for all bad values.
        }
        throw ProblemException.parameter(name, value, "a number from 0 to 1");
    }

    private static int bits(MultiMap query) {
        String name = query.contains(FORMER_BITS) ? FORMER_BITS : "bits";
        String value = query.get(name);
        if (query.contains(FORMER_BITS) && query.contains("bits")) {
            throw ProblemException.parameter(name, value, "bits alone: depth is its former name");
        }
        if (value == null || value.equals("8")) {
            return 8;
        }
        if (value.equals("16")) {
            return 16;
        }
        throw ProblemException.parameter(name, value, "8|16, the bits of a sample");
    }

    private static boolean logits(MultiMap query) {
        String value = query.get("raw");
        if (value == null) {
            return false;
        }
        if (value.equals("logits")) {
            return true;
        }
        throw ProblemException.parameter("raw", value, "logits");
    }

    private static OptionalInt side(MultiMap query) {
        String value = query.get("side");
        if (value == null) {
            return OptionalInt.empty();
        }
        int side = pixels(value);
        if (side < Resolution.MIN_SIDE) {
            throw ProblemException.parameter(
                    "side", value, "the answer's longer side in pixels, at least " + Resolution.MIN_SIDE);
        }
        return OptionalInt.of(side);
    }

    private static Optional<Tiling> tiling(MultiMap query) {
        String tile = query.get("tile");
        String overlap = query.get("overlap");
        if (tile == null) {
            if (overlap != null) {
                throw ProblemException.parameter("overlap", overlap, "none without tile: only tiles overlap");
            }
            return Optional.empty();
        }
        int size = pixels(tile);
        if (size < Tiling.MIN_SIZE || size % Tiling.MULTIPLE != 0) {
            throw ProblemException.parameter(
                    "tile",
                    tile,
                    "the side of a tile in pixels, a multiple of %d from %d on"
                            .formatted(Tiling.MULTIPLE, Tiling.MIN_SIZE));
        }
        int shared = overlap == null ? Tiling.usualOverlap(size) : pixels(overlap);
        if (shared < 0 || shared > size / 2 || shared % Tiling.MULTIPLE != 0) {
            throw ProblemException.parameter(
                    "overlap",
                    overlap,
                    "pixels that neighbouring tiles share, a multiple of %d from 0 to %d (half a tile)"
                            .formatted(Tiling.MULTIPLE, size / 2));
        }
        return Optional.of(new Tiling(size, shared));
    }

    /** Pixels, or −1 where it is no number of them. */
    private static int pixels(String value) {
        return value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
    }

    private static Duration timeout(MultiMap query, Duration longest) {
        String value = query.get("timeout");
        if (value == null) {
            return longest;
        }
        Matcher matcher = TIMEOUT.matcher(value);
        if (!matcher.matches()) {
            throw ProblemException.parameter(
                    "timeout", value, "a duration such as 500ms, 2s or 1m; seconds without unit");
        }
        double seconds = Double.parseDouble(matcher.group(1));
        String unit = matcher.group(2);
        if ("ms".equals(unit)) {
            seconds /= 1000;
        } else if ("m".equals(unit)) {
            seconds *= 60;
        }
        Duration asked = Duration.ofNanos((long) (Math.min(seconds, 1e6) * 1e9));
        return asked.compareTo(longest) < 0 ? asked : longest;
    }

    private static int priority(MultiMap query) {
        String value = query.get("priority");
        if (value == null) {
            return 0;
        }
        if (value.matches("[0-9]{1,4}") && Integer.parseInt(value) <= MAX_PRIORITY) {
            return Integer.parseInt(value);
        }
        throw ProblemException.parameter("priority", value, "0.." + MAX_PRIORITY + ", 1 is the highest");
    }

    /**
     * Checks that {@code unknown} says something to a task.
     *
     * @param kinds all kinds that are asked for
     * @throws ProblemException 400 if none of them has classes
     */
    void checkUnknown(List<String> kinds) {
        if (options.unknown() > 0 && kinds.stream().noneMatch(WITH_CLASSES::contains)) {
            throw ProblemException.parameter(
                    "unknown",
                    Double.toString(options.unknown()),
                    "none: only %s have classes".formatted(String.join(" and ", WITH_CLASSES)));
        }
    }

    /** The representation of {@code format}, where it is given. */
    Optional<Representation> representation() {
        return format.map(value -> {
            try {
                return Representation.ofSuffix(value);
            } catch (IllegalArgumentException e) {
                throw ProblemException.parameter("format", value, "png|jpg|npy|bin|json");
            }
        });
    }
}
