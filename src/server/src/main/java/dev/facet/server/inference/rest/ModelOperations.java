package dev.facet.server.inference.rest;

import dev.facet.runtime.registry.PackId;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.ModelState;
import dev.facet.server.inference.Models;
import dev.facet.server.metrics.ModelStatistics;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What can be asked of a model, at the address of the model and at those of its versions. */
abstract class ModelOperations {
    private final Models models;
    private final ModelStatistics statistics;
    private final InferenceCalls calls;

    ModelOperations(Models models, ModelStatistics statistics, InferenceCalls calls) {
        this.models = models;
        this.statistics = statistics;
        this.calls = calls;
    }

    @GET
    @Operation(hidden = true)
    public Map<String, Object> metadata(@BeanParam ModelAddress address) {
        return ModelDocuments.metadata(models.describe(address.model(), address.version()));
    }

    @GET
    @Path("config")
    @Operation(hidden = true)
    public Map<String, Object> configuration(@BeanParam ModelAddress address) {
        return ModelDocuments.configuration(models.describe(address.model(), address.version()), calls.maxBatch());
    }

    @GET
    @Path("ready")
    @Operation(hidden = true)
    public Response ready(@BeanParam ModelAddress address) {
        ModelState state = models.readiness(address.model(), address.version());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", state.name());
        document.put("ready", state.ready());
        if (!state.ready()) {
            document.put("error", "model isn't ready: " + state.reason());
        }
        return Response.status(state.ready() ? 200 : 503).entity(document).build();
    }

    @GET
    @Path("stats")
    @Operation(hidden = true)
    public Map<String, Object> statistics(@BeanParam ModelAddress address) {
        ModelName model = address.model();
        List<Map<String, Object>> each = models.versions(model, address.version()).stream()
                .map(pack -> statistics(pack, model, statistics))
                .toList();
        return Map.of("model_stats", each);
    }

    static Map<String, Object> statistics(PackId pack, ModelName model, ModelStatistics statistics) {
        String name = model.toString();
        return ModelDocuments.statistics(name, pack.version(), statistics.get(pack, name));
    }

    @POST
    @Path("infer")
    @NonBlocking
    @Operation(hidden = true)
    public CompletionStage<Response> infer(@BeanParam ModelAddress address, @Context RoutingContext context) {
        return calls.answer(address.model(), address.version(), context);
    }
}
