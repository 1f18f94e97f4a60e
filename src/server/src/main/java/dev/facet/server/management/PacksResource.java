package dev.facet.server.management;

import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackUnavailableException;
import dev.facet.runtime.registry.PackView;
import dev.facet.server.http.AuditLog;
import dev.facet.server.http.Managed;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/packs}: which packs there are, and which version answers for a name. Lists are open, changes are management. */
@Path("/v1/packs")
@Tag(name = "Packs", description = "Which packs are served")
@Produces(MediaType.APPLICATION_JSON)
public class PacksResource {
    private static final int MAX_PAGE = 1000;
    private static final int USUAL_PAGE = 100;

    private final PackRegistry registry;

    PacksResource(PackRegistry registry) {
        this.registry = registry;
    }

    @GET
    @Operation(operationId = "listPacks", summary = "Packs by name and version, and those that should answer and can't")
    @APIResponse(
            responseCode = "200",
            description = "A page; the header Link names the next one",
            content = @Content(schema = @Schema(implementation = PackList.class)))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "limit",
            description = "versions on the page",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            format = "int32",
                            minimum = "1",
                            maximum = "1000",
                            defaultValue = "100"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "after",
            description = "the page starts after that version: the member next of the previous page",
            example = "edges@1",
            schema = @Schema(type = SchemaType.STRING))
    public Response list(@Context RoutingContext context) {
        // Not by @QueryParam, to which an empty value is none.
        String limit = context.queryParams().get("limit");
        String after = context.queryParams().get("after");
        int most = limit == null ? USUAL_PAGE : limit(limit);
        Optional<PackId> last = Optional.ofNullable(after).map(Addresses::id);
        PackList page = PackList.of(
                registry.packs(last, most + 1),
                most,
                registry.defaults(),
                last.isPresent() ? List.of() : registry.failures());
        Response.ResponseBuilder response = Response.ok(page);
        if (page.next() != null) {
            response.header(
                    HttpHeaders.LINK, "</v1/packs?limit=%d&after=%s>; rel=\"next\"".formatted(most, page.next()));
        }
        return response.build();
    }

    private static int limit(String text) {
        if (text.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_PAGE) {
                return limit;
            }
        }
        throw ProblemException.parameter("limit", text, "1..%d".formatted(MAX_PAGE));
    }

    @GET
    @Path("{name}")
    @Operation(operationId = "getPack", summary = "One pack with its versions")
    @APIResponse(
            responseCode = "200",
            description = "The pack",
            content = @Content(schema = @Schema(implementation = PackVersions.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    public PackVersions get(@BeanParam PackAddress address) {
        return PackVersions.of(address.name(), registry.versions(address.name()));
    }

    @GET
    @Path("{name}/ready")
    @Operation(
            operationId = "getPackReadiness",
            summary = "Whether a pack is ready",
            description = "A pack that isn't in memory counts as ready: the first request opens it.")
    @APIResponse(
            responseCode = "200",
            description = "It is ready",
            content = @Content(schema = @Schema(implementation = PackReadiness.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "503",
            description = "The pack should be served, but can't be opened",
            content = @Content(schema = @Schema(implementation = PackReadiness.class)))
    public Response ready(@BeanParam PackAddress address) {
        PackReadiness readiness = readiness(address.name());
        return Response.status(readiness.ready() ? Response.Status.OK : Response.Status.SERVICE_UNAVAILABLE)
                .entity(readiness)
                .build();
    }

    private PackReadiness readiness(String name) {
        try {
            return PackReadiness.of(registry.active(name));
        } catch (PackUnavailableException e) {
            return PackReadiness.of(name, e);
        }
    }

    @DELETE
    @Managed
    @Path("{name}")
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "dismissFailure",
            summary = "Dismiss the failure of a file that can't be read",
            description =
                    "For a file NAME.safetensors in the models folder whose version can't be read. The file itself stays."
                            + " Versions that can be read are removed one by one.")
    @APIResponse(responseCode = "204", description = "Dismissed")
    @APIResponse(responseCode = "404", ref = "Problem404")
    public void dismiss(@BeanParam PackAddress address) throws IOException {
        registry.dismiss(address.name());
    }

    @POST
    @Managed
    @Path("{name}/activate")
    @Consumes(MediaType.WILDCARD)
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "activatePack",
            summary = "Switch a name to a version, or back",
            description =
                    "It answers alone from then on: a division of the requests between versions ends. Without a body, the"
                            + " version may be the parameter `version`.")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Activation.class)))
    @APIResponse(
            responseCode = "200",
            description = "The version answers for the name",
            content = @Content(schema = @Schema(implementation = PackDocument.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    public PackDocument activate(
            @BeanParam PackAddress address,
            @Parameter(hidden = true) @QueryParam("version") String version,
            @Context RoutingContext context,
            InputStream body)
            throws IOException {
        PackId id = Addresses.id(address.name(), SmallBody.member("version", body, version));
        PackView active = registry.activate(id);
        AuditLog.digest(context, active.digest());
        return PackDocument.of(active);
    }

    /**
     * What to activate.
     *
     * @param version version of the pack
     */
    @Schema(description = "What to activate", additionalProperties = Schema.False.class)
    record Activation(
            @Schema(examples = "1", pattern = Addresses.VERSION)
            String version) {}
}
