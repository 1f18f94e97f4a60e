package dev.facet.core.encoding;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The forms that a prediction is given in. */
public enum Representation {
    /** Palette, grey or RGB picture; the default. */
    PNG("png", "image/png"),
    /** Only of renderings: overlays and colour maps. */
    JPEG("jpg", "image/jpeg"),
    /** NumPy array. */
    NPY("npy", "application/x-npy"),
    /** The array's values, little-endian, row-major; shape and type in headers. */
    RAW("bin", "application/octet-stream"),
    /** Figures, masks as run lengths, pictures in base64. */
    JSON("json", "application/json");

    private final String suffix;
    private final String mediaType;

    Representation(String suffix, String mediaType) {
        this.suffix = suffix;
        this.mediaType = mediaType;
    }

    /** The ending of file names and addresses, without dot. */
    public String suffix() {
        return suffix;
    }

    public String mediaType() {
        return mediaType;
    }

    /** The representation of that suffix; {@link IllegalArgumentException} for any other. */
    public static Representation ofSuffix(String suffix) {
        for (Representation representation : values()) {
            if (representation.suffix.equals(suffix) || (representation == JPEG && suffix.equals("jpeg"))) {
                return representation;
            }
        }
        throw new IllegalArgumentException("unknown format: value='%s', expected %s"
                .formatted(
                        suffix,
                        Arrays.stream(values()).map(Representation::suffix).collect(Collectors.joining("|"))));
    }
}
