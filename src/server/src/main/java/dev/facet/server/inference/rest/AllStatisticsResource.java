package dev.facet.server.inference.rest;

import dev.facet.runtime.registry.PackId;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.Models;
import dev.facet.server.metrics.ModelStatistics;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /v2/models/stats}: the statistics of every version of every model. */
@Path("/v2/models/stats")
@Produces(MediaType.APPLICATION_JSON)
public class AllStatisticsResource {
    private final Models models;
    private final ModelStatistics statistics;

    AllStatisticsResource(Models models, ModelStatistics statistics) {
        this.models = models;
        this.statistics = statistics;
    }

    @GET
    @Operation(hidden = true)
    public Map<String, Object> statistics() {
        List<Map<String, Object>> each = new ArrayList<>();
        for (PackId pack : models.all()) {
            each.add(ModelOperations.statistics(pack, new ModelName(pack.name(), false), statistics));
            each.add(ModelOperations.statistics(pack, new ModelName(pack.name(), true), statistics));
        }
        return Map.of("model_stats", each);
    }
}
