package dev.facet.core.image;

/** What can be wrong with an image. Names are stable: they are the {@code code}s of the HTTP errors. */
public enum ImageFault {
    /** No bytes at all. */
    EMPTY,
    /** Not JPEG, PNG, WebP or TIFF by its first bytes, or of a kind of these that isn't read. */
    UNSUPPORTED_FORMAT,
    /** More bytes than the limit. */
    TOO_MANY_BYTES,
    /** The header announces more pixels, or a longer side, than the limit. */
    TOO_MANY_PIXELS,
    /** Truncated, damaged, or of a kind that the decoder refuses. */
    CORRUPT
}
