package dev.facet.server.management;

import dev.facet.runtime.registry.PackRegistry;
import dev.facet.server.http.Managed;
import dev.facet.server.problem.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/defaults}: which pack answers for a kind where a request names none. */
@Path("/v1/defaults")
@Tag(name = "Packs")
@Produces(MediaType.APPLICATION_JSON)
public class DefaultsResource {
    private static final String KIND = "Task kind";

    private final PackRegistry registry;

    DefaultsResource(PackRegistry registry) {
        this.registry = registry;
    }

    /**
     * A pack that answers for a kind.
     *
     * @param kind task kind
     * @param pack name of the pack
     */
    @Schema(name = "DefaultPack", description = "The pack that answers for a kind")
    record DefaultPack(
            @Schema(examples = "edges") String kind,
            @Schema(examples = "edges") String pack) {}

    /**
     * What to choose.
     *
     * @param pack name of the pack
     */
    @Schema(
            name = "DefaultChoice",
            description = "The pack to answer for the kind",
            additionalProperties = Schema.False.class)
    record DefaultChoice(
            @Schema(examples = "edges", pattern = Addresses.NAME)
            String pack) {}

    @GET
    @Operation(operationId = "listDefaults", summary = "Name of the default pack by kind")
    @APIResponse(responseCode = "200", description = "Names by kind")
    public Map<String, String> list() {
        return registry.defaults();
    }

    @GET
    @Path("{kind}")
    @Operation(operationId = "getDefault", summary = "The default pack of a kind")
    @APIResponse(
            responseCode = "200",
            description = "The pack",
            content = @Content(schema = @Schema(implementation = DefaultPack.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    public DefaultPack get(@Parameter(description = KIND, example = "edges") @PathParam("kind") String kind) {
        Addresses.checkKind(kind);
        return new DefaultPack(kind, registry.defaultOf(kind));
    }

    @PUT
    @Managed
    @Path("{kind}")
    @Consumes(MediaType.WILDCARD)
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "setDefault",
            summary = "Let a pack answer for its kind",
            description = "Without a body, the pack may be the parameter `pack`.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DefaultChoice.class)))
    @APIResponse(
            responseCode = "200",
            description = "The pack answers for the kind",
            content = @Content(schema = @Schema(implementation = DefaultPack.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "409",
            description = "The pack is of another kind",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public DefaultPack set(
            @Parameter(description = KIND, example = "edges") @PathParam("kind") String kind,
            @Parameter(hidden = true) @QueryParam("pack") String pack,
            InputStream body)
            throws IOException {
        Addresses.checkKind(kind);
        String name = SmallBody.member("pack", body, pack);
        Addresses.checkName(name);
        registry.setDefault(kind, name);
        return new DefaultPack(kind, name);
    }
}
