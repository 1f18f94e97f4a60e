package dev.facet.server.inference.rest;

import dev.facet.server.health.ServerReadiness;
import dev.facet.server.inference.ModelDescription;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /v2} and {@code /v2/health}: the server itself. */
@Path("/v2")
@Produces(MediaType.APPLICATION_JSON)
public class ServerResource {
    private final ServerReadiness readiness;
    private final String version;

    ServerResource(ServerReadiness readiness, @ConfigProperty(name = "quarkus.application.version") String version) {
        this.readiness = readiness;
        this.version = version;
    }

    @GET
    @Operation(hidden = true)
    public Map<String, Object> metadata() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", ModelDescription.BACKEND);
        document.put("version", version);
        document.put("extensions", ModelDescription.EXTENSIONS);
        return document;
    }

    @GET
    @Path("health/live")
    @Operation(hidden = true)
    public Map<String, Object> live() {
        return Map.of("live", true);
    }

    /** The specification calls the member {@code live} here, too; clients look for {@code ready}. */
    @GET
    @Path("health/ready")
    @Operation(hidden = true)
    public Response ready() {
        boolean ready = readiness.isReady();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("live", ready);
        document.put("ready", ready);
        if (!ready) {
            document.put(
                    "error", "the server isn't ready: it starts or is about to stop, or a required pack can't answer");
        }
        return Response.status(ready ? 200 : 503).entity(document).build();
    }
}
