package dev.facet.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One range of an {@code Accept} header (RFC 9110, 12.5.1). JAX-RS' own {@code selectVariant} refuses a whole header for one
 * range that it doesn't understand, and ranges with parameters; programs send both, and get an answer here.
 *
 * @param type lower case, {@code *} for any
 * @param subtype lower case, {@code *} for any
 * @param quality 0 … 1
 */
public record MediaRange(String type, String subtype, double quality) {
    private static final int MAX_RANGES = 64;

    /** The ranges of a header; what isn't understood in it is left out. No header means anything. */
    public static List<MediaRange> parse(String accept) {
        if (accept == null || accept.isBlank()) {
            return List.of(new MediaRange("*", "*", 1));
        }
        List<MediaRange> ranges = new ArrayList<>();
        for (String element : accept.split(",", MAX_RANGES)) {
            String[] parts = element.split(";");
            int slash = parts[0].indexOf('/');
            if (slash > 0) {
                ranges.add(new MediaRange(
                        parts[0].substring(0, slash).trim().toLowerCase(Locale.ROOT),
                        parts[0].substring(slash + 1).trim().toLowerCase(Locale.ROOT),
                        quality(parts)));
            }
        }
        return ranges;
    }

    /**
     * The offer that a client likes best: for each, the most specific range that matches gives its quality; among equals the
     * first one.
     *
     * @param offers what there is, the server's preference first
     * @param mediaType the media type of an offer
     */
    public static <T> Optional<T> choose(List<MediaRange> accepted, List<T> offers, Function<T, String> mediaType) {
        T best = null;
        double bestQuality = 0;
        for (T offer : offers) {
            double quality = quality(accepted, mediaType.apply(offer));
            if (quality > bestQuality) {
                best = offer;
                bestQuality = quality;
            }
        }
        return Optional.ofNullable(best);
    }

    private static double quality(List<MediaRange> accepted, String mediaType) {
        int slash = mediaType.indexOf('/');
        String type = mediaType.substring(0, slash);
        String subtype = mediaType.substring(slash + 1);
        int bestSpecificity = -1;
        double quality = 0;
        for (MediaRange range : accepted) {
            int specificity = range.specificity(type, subtype);
            if (specificity > bestSpecificity) {
                bestSpecificity = specificity;
                quality = range.quality;
            }
        }
        return quality;
    }

    private int specificity(String offeredType, String offeredSubtype) {
        if (type.equals("*")) {
            return 0;
        }
        if (!type.equals(offeredType)) {
            return -1;
        }
        if (subtype.equals("*")) {
            return 1;
        }
        return subtype.equals(offeredSubtype) ? 2 : -1;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].trim();
            if (parameter.startsWith("q=") || parameter.startsWith("Q=")) {
                try {
                    double value = Double.parseDouble(parameter.substring(2).trim());
                    return value >= 0 && value <= 1 ? value : 0;
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
