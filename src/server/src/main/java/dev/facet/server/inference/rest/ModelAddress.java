package dev.facet.server.inference.rest;

import dev.facet.server.inference.ModelName;
import jakarta.ws.rs.PathParam;
import java.util.Optional;

/** The model in a path, and its version where the path has one. */
public class ModelAddress {
    @PathParam("model")
    String model;

    @PathParam("version")
    String version;

    /** The name, checked. */
    ModelName model() {
        return ModelName.parse(model);
    }

    /** Empty for the version that answers for the name. */
    Optional<String> version() {
        return Optional.ofNullable(version);
    }
}
