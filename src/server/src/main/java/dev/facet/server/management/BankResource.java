package dev.facet.server.management;

import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.registry.PackRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/bank}: what all packs share, and what everything costs. */
@Path("/v1/bank")
@Tag(name = "Bank", description = "The filter bank that all packs share")
public class BankResource {
    private final Engine engine;
    private final PackRegistry registry;

    BankResource(Engine engine, PackRegistry registry) {
        this.engine = engine;
        this.registry = registry;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getBank", summary = "The filter bank, its device, and the memory of bank and packs")
    @APIResponse(
            responseCode = "200",
            description = "The bank",
            content = @Content(schema = @Schema(implementation = BankDocument.class)))
    public BankDocument get() {
        return BankDocument.of(engine, registry.packs());
    }
}
