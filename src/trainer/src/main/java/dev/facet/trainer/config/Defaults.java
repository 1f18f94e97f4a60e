package dev.facet.trainer.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What fills in the keys that a file leaves out. */
public enum Defaults {
    /** Facet's own: {@code configs/defaults.yaml}. */
    @JsonProperty("facet")
    FACET("facet", "defaults"),
    /** The reference's: {@code configs/reference-defaults.yaml}. */
    @JsonProperty("reference")
    REFERENCE("reference", "reference-defaults");

    private final String id;
    private final String resource;

    Defaults(String id, String resource) {
        this.id = id;
        this.resource = resource;
    }

    /** The word in a file, under {@code defaults}. */
    public String id() {
        return id;
    }

    /** The shipped file that holds them. */
    String resource() {
        return resource;
    }
}
