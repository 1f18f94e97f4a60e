package dev.facet.server.inference.rest;

import dev.facet.server.inference.Models;
import dev.facet.server.metrics.ModelStatistics;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** {@code /v2/models/MODEL}: the version of the pack that answers for its name. */
@Path("/v2/models/{model}")
@Produces(MediaType.APPLICATION_JSON)
public class ModelResource extends ModelOperations {
    ModelResource(Models models, ModelStatistics statistics, InferenceCalls calls) {
        super(models, statistics, calls);
    }
}
