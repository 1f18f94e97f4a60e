package dev.facet.server.inference.rest;

import dev.facet.server.inference.Models;
import dev.facet.server.metrics.ModelStatistics;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /v2/models/MODEL/versions/VERSION}: one version of the pack. */
@Path("/v2/models/{model}/versions/{version}")
@Produces(MediaType.APPLICATION_JSON)
public class ModelVersionResource extends ModelOperations {
    ModelVersionResource(Models models, ModelStatistics statistics, InferenceCalls calls) {
        super(models, statistics, calls);
    }
}
