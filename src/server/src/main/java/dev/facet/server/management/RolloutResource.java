package dev.facet.server.management;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.Traffic;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.AuditLog;
import dev.facet.server.http.Managed;
import dev.facet.server.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * {@code /v1/packs/NAME/traffic}, {@code promote} and {@code rollback}: how the requests to a pack are divided between its versions, and
 * the two ways out. Asking is open, changes are management. All of them answer with the state, whose {@code ETag} a change may name in
 * {@code If-Match}.
 */
@Path("/v1/packs")
@Tag(name = "Packs")
@Produces(MediaType.APPLICATION_JSON)
public class RolloutResource {
    private static final String IF_MATCH =
            "the ETag of the state that the change is meant for; another state is left alone";

    private final PackRegistry registry;
    private final Duration timeout;

    RolloutResource(PackRegistry registry, FacetConfiguration configuration) {
        this.registry = registry;
        this.timeout = configuration.request().timeout();
    }

    @GET
    @Path("{name}/traffic")
    @Operation(operationId = "getTraffic", summary = "How the requests to a pack are divided between its versions")
    @APIResponse(
            responseCode = "200",
            description = "The state",
            content = @Content(schema = @Schema(implementation = TrafficDocument.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    public Response get(@BeanParam PackAddress address) {
        return response(registry.traffic(address.name()));
    }

    @PUT
    @Managed
    @Path("{name}/traffic")
    @Consumes(MediaType.WILDCARD)
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "setTraffic",
            summary = "Divide the requests to a pack between its versions",
            description =
                    "It concerns requests that name no version. The versions are opened first, and stay in memory."
                            + " A promotion, a roll-back or an activation ends it.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = TrafficWeights.class)))
    @APIResponse(
            responseCode = "200",
            description = "The requests are divided so",
            content = @Content(schema = @Schema(implementation = TrafficDocument.class)))
    @APIResponse(
            responseCode = "400",
            description = "The weights aren't 2 to 10 whole percentages that add up to 100",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "409",
            description = "The active version is not among them, or one answers another kind",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "412",
            description = "The state isn't the one that If-Match names",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "A version can't be opened; nothing is changed",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response set(
            @BeanParam PackAddress address,
            @Parameter(description = IF_MATCH) @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext context,
            InputStream body)
            throws IOException {
        TrafficWeights weights = TrafficWeights.read(body);
        Traffic traffic = registry.divide(
                address.name(), weights.weights(), KnownTraffic.of(ifMatch), Cancellation.after(timeout));
        return changed(traffic, context);
    }

    @DELETE
    @Managed
    @Path("{name}/traffic")
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "endTraffic",
            summary = "Let the active version of a pack answer alone",
            description = "Nothing changes if it does already.")
    @APIResponse(responseCode = "204", description = "It answers alone")
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "412",
            description = "The state isn't the one that If-Match names",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public void end(
            @BeanParam PackAddress address,
            @Parameter(description = IF_MATCH) @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext context)
            throws IOException {
        changed(registry.undivide(address.name(), KnownTraffic.of(ifMatch)), context);
    }

    @POST
    @Managed
    @Path("{name}/promote")
    @Consumes(MediaType.WILDCARD)
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "promotePack",
            summary = "Make the version under trial the active one",
            description =
                    "It answers alone from then on. The version may be left out if only one has a share beside the active one; a"
                            + " call that names it can be sent again, and changes nothing the second time.")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RolloutChoice.class)))
    @APIResponse(
            responseCode = "200",
            description = "The version answers alone",
            content = @Content(schema = @Schema(implementation = TrafficDocument.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "409",
            description = "The version has no share, or several have one and none is named",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "412",
            description = "The state isn't the one that If-Match names",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "The version can't be opened; nothing is changed",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response promote(
            @BeanParam PackAddress address,
            @Parameter(hidden = true) @QueryParam("version") String version,
            @Parameter(description = IF_MATCH) @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext context,
            InputStream body)
            throws IOException {
        Optional<String> chosen = version(address, body, version);
        Traffic traffic =
                registry.promote(address.name(), chosen, KnownTraffic.of(ifMatch), Cancellation.after(timeout));
        return changed(traffic, context);
    }

    @POST
    @Managed
    @Path("{name}/rollback")
    @Consumes(MediaType.WILDCARD)
    @SecurityRequirement(name = "Management")
    @Operation(
            operationId = "rollBackPack",
            summary = "Go back to the version that was active before",
            description =
                    "While the requests are divided, that is the active version; after a promotion, the one before it. It answers"
                            + " alone from then on. A call that names the version can be sent again, and changes nothing the second"
                            + " time.")
    @RequestBody(
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = RolloutChoice.class)))
    @APIResponse(
            responseCode = "200",
            description = "The version answers alone",
            content = @Content(schema = @Schema(implementation = TrafficDocument.class)))
    @APIResponse(responseCode = "404", ref = "Problem404")
    @APIResponse(
            responseCode = "409",
            description = "There is no version to go back to, or it isn't the one that the call names",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "412",
            description = "The state isn't the one that If-Match names",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "The version can't be opened; nothing is changed",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response rollBack(
            @BeanParam PackAddress address,
            @Parameter(hidden = true) @QueryParam("version") String version,
            @Parameter(description = IF_MATCH) @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @Context RoutingContext context,
            InputStream body)
            throws IOException {
        Optional<String> chosen = version(address, body, version);
        Traffic traffic =
                registry.rollBack(address.name(), chosen, KnownTraffic.of(ifMatch), Cancellation.after(timeout));
        return changed(traffic, context);
    }

    private static Optional<String> version(PackAddress address, InputStream body, String parameter)
            throws IOException {
        return SmallBody.memberIfAny("version", body, parameter)
                .map(version -> Addresses.id(address.name(), version).version());
    }

    private static Response changed(Traffic traffic, RoutingContext context) {
        AuditLog.digest(
                context, traffic.versions().stream().map(PackView::digest).collect(Collectors.joining(",")));
        return response(traffic);
    }

    private static Response response(Traffic traffic) {
        return Response.ok(TrafficDocument.of(traffic))
                .header(HttpHeaders.ETAG, KnownTraffic.etag(traffic))
                .build();
    }

    /**
     * Which version is meant.
     *
     * @param version version of the pack
     */
    @Schema(description = "The version that is to answer alone", additionalProperties = Schema.False.class)
    record RolloutChoice(
            @Schema(examples = "2", pattern = Addresses.VERSION)
            String version) {}
}
