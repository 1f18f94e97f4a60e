package dev.facet.server.bundle;

import dev.facet.server.response.Body;
import java.util.List;
import java.util.UUID;

/** The forms of an answer that has several parts, the default first. */
public enum Bundle {
    /** {@code multipart/mixed}: one part per pack, with its headers. */
    MULTIPART("multipart/mixed", "multipart") {
        @Override
        public Bundled write(List<Part> parts) {
            String boundary = "facet-" + UUID.randomUUID();
            return new Bundled(mediaType() + "; boundary=" + boundary, MultipartForm.body(parts, boundary));
        }
    },
    /** {@code application/zip}: one file per pack, and {@code facet.json}, which says what each is. */
    ZIP("application/zip", "zip") {
        @Override
        public Bundled write(List<Part> parts) {
            return new Bundled(mediaType(), new Body(-1, () -> new ZipChunks(parts)));
        }
    },
    /** {@code application/json}: predictions as JSON, or in base64. */
    JSON("application/json", "json") {
        @Override
        public Bundled write(List<Part> parts) {
            return new Bundled(mediaType(), JsonForm.body(parts));
        }
    };

    private final String mediaType;
    private final String suffix;

    Bundle(String mediaType, String suffix) {
        this.mediaType = mediaType;
        this.suffix = suffix;
    }

    /** All parts in one. */
    public record Bundled(String mediaType, Body body) {}

    /** What {@code Accept} names. */
    public String mediaType() {
        return mediaType;
    }

    /** The ending of its own address, without dot. */
    public String suffix() {
        return suffix;
    }

    /** All parts in one, made while it is written. */
    public abstract Bundled write(List<Part> parts);
}
