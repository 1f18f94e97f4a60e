package dev.facet.server.management;

import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.Plugged;
import dev.facet.runtime.registry.Rehearsal;
import dev.facet.server.http.AuditLog;
import dev.facet.server.http.Managed;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
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

/** {@code /v1/packs/NAME/versions/VERSION}: the file of one version, in and out. All of it is management. */
@Managed
@Path("/v1/packs/{name}/versions/{version}")
@Tag(name = "Packs")
@SecurityRequirement(name = "Management")
public class PackVersionsResource {
    private final PackRegistry registry;

    PackVersionsResource(PackRegistry registry) {
        this.registry = registry;
    }

    @GET
    @Operation(
            operationId = "downloadPack",
            summary = "A version's file, or its description with Accept: application/json")
    @APIResponse(
            responseCode = "200",
            description = "The file",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_OCTET_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = PackDocument.class))
            })
    @APIResponse(responseCode = "304", description = "Not modified: the caller already has this file")
    @APIResponse(responseCode = "404", ref = "Problem404")
    public Response download(
            @BeanParam VersionAddress address,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        return PackFile.response(registry.pack(address.id()), accept, ifNoneMatch);
    }

    @GET
    @Path("signature")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(
            operationId = "downloadSignature",
            summary = "The signature that a version was uploaded with, as in Facet-Signature")
    @APIResponse(
            responseCode = "200",
            description = "Base64 of the Ed25519 signature over the file",
            content = @Content(schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(
            responseCode = "404",
            description = "No such version, or it isn't signed",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public String signature(@BeanParam VersionAddress address) throws IOException {
        PackId id = address.id();
        return registry.signature(id)
                .map(signature -> signature + "\n")
                .orElseThrow(() -> new ProblemException(
                        404,
                        ProblemCode.NO_SIGNATURE,
                        "the pack was stored without a signature: pack='%s'".formatted(id)));
    }

    @PUT
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "uploadPack",
            summary = "Plug a pack",
            description =
                    "The file is checked and answers its own self-test before it is served; requests that are under way"
                            + " finish on the pack that they started with. Name and version must be those of the file."
                            + " If the server already has this file, only what the upload says is changed: the plan by plan, the"
                            + " version that answers by activate=true.")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "activate",
            description =
                    "whether it becomes the version that answers for its name; without it, a new version does, and one that is"
                            + " there keeps its place",
            schema = @Schema(type = SchemaType.BOOLEAN))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "plan",
            description =
                    "how it is executed; auto: as facet.engine.plan says, which is int8 where pack, bank and"
                            + " processor allow it and else factored, unless set; without it, a version that is there keeps its plan",
            schema =
                    @Schema(
                            enumeration = {"auto", "factored", "merged", "int8"},
                            defaultValue = "auto"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "dry-run",
            description =
                    "true: the pack is checked, prepared and self-tested, and nothing is kept; the member dryRun of the answer says"
                            + " what the upload would do",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Content-Digest",
            description = "sha-256=:BASE64: of the body (RFC 9530), checked",
            schema = @Schema(type = SchemaType.STRING, pattern = "^sha-256=:[A-Za-z0-9+/]{43}=:$"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "If-None-Match",
            description = "*: only if the version doesn't exist",
            schema = @Schema(type = SchemaType.STRING, enumeration = "*"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Facet-Signature",
            description = "Base64 of the Ed25519 signature over the body, if the server has trusted keys",
            schema = @Schema(type = SchemaType.STRING, pattern = "^[A-Za-z0-9+/]{86}==$"))
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "The server already has this file; active says whether it answers for its name. Or a dry run",
            content = @Content(schema = @Schema(implementation = PackDocument.class)))
    @APIResponse(
            responseCode = "201",
            description = "Plugged",
            content = @Content(schema = @Schema(implementation = PackDocument.class)))
    @APIResponse(
            responseCode = "409",
            description = "Other bytes under a version that exists, or too many packs",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "412",
            description = "The version exists, and If-None-Match says that it must not",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(responseCode = "413", description = "Too large", content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "422",
            description = "The pack can't be served; the member errors lists the reasons",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "429",
            description = "Too many uploads are waiting: try again after Retry-After",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response upload(@BeanParam VersionAddress address, @Context RoutingContext context) throws IOException {
        PackId id = address.id();
        UploadHeaders headers = UploadHeaders.of(context);
        try (Upload upload = Upload.of(RequestBodies.file(context), headers.digest())) {
            AuditLog.digest(context, upload.digest());
            if (headers.dryRun()) {
                Rehearsal rehearsal = registry.rehearse(upload.file(), id, headers.options());
                return Response.ok(PackDocument.of(rehearsal)).build();
            }
            Plugged plugged = registry.plug(upload.file(), id, headers.options());
            return Response.status(plugged.created() ? Response.Status.CREATED : Response.Status.OK)
                    .location(URI.create(context.normalizedPath()))
                    .header(HttpHeaders.ETAG, PackFile.etag(plugged.pack()))
                    .entity(PackDocument.of(plugged.pack()))
                    .build();
        }
    }

    @DELETE
    @Operation(
            operationId = "deletePack",
            summary = "Remove a version",
            description =
                    "Requests that are under way finish on it. The highest other version then answers for the name.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(responseCode = "404", ref = "Problem404")
    public void delete(@BeanParam VersionAddress address, @Context RoutingContext context) throws IOException {
        PackId id = address.id();
        // One that failed has no digest, and is removed all the same.
        registry.packs().stream()
                .filter(pack -> pack.id().equals(id))
                .forEach(pack -> AuditLog.digest(context, pack.digest()));
        registry.remove(id);
    }
}
