package dev.facet.server.management;

import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackStore;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.Plugged;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.Managed;
import dev.facet.server.problem.Problem;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /v1/packs}: the life of packs. Lists are open; what changes packs or hands them out is management. */
@Path("/v1/packs")
@Tag(name = "Packs", description = "Which packs are served")
@APIResponse(
        responseCode = "401",
        description = "A management call without the right key",
        content = @Content(mediaType = Problem.MEDIA_TYPE))
@APIResponse(
        responseCode = "403",
        description = "A management call from another machine while no key is configured",
        content = @Content(mediaType = Problem.MEDIA_TYPE))
public class PacksResource {
    private static final String NAME = "Name of a pack";
    private static final String VERSION = "Version of a pack";

    private final PackRegistry registry;
    private final PackStore store;
    private final Signatures signatures;
    private final long maxBytes;

    PacksResource(PackRegistry registry, PackStore store, Signatures signatures, FacetConfiguration configuration) {
        this.registry = registry;
        this.store = store;
        this.signatures = signatures;
        this.maxBytes = configuration.limits().packBytes().asLongValue();
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "listPacks", summary = "All packs, and those that should be served and aren't")
    @APIResponse(
            responseCode = "200",
            description = "The packs",
            content = @Content(schema = @Schema(implementation = PackList.class)))
    public PackList list() {
        return PackList.of(registry.packs(), registry.defaults(), registry.failures());
    }

    @GET
    @Path("{name}")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "getPack", summary = "One pack with its versions")
    @APIResponse(
            responseCode = "200",
            description = "The pack",
            content = @Content(schema = @Schema(implementation = PackVersions.class)))
    @APIResponse(responseCode = "404", description = "No such pack", content = @Content(mediaType = Problem.MEDIA_TYPE))
    public PackVersions get(
            @Parameter(description = NAME, example = "edges", schema = @Schema(pattern = Addresses.NAME))
                    @PathParam("name")
                    String name) {
        Addresses.checkName(name);
        return PackVersions.of(name, registry.versions(name));
    }

    @GET
    @Managed
    @Path("{name}/versions/{version}")
    @Operation(
            operationId = "downloadPack",
            summary = "A version's file, or its description with Accept: application/json")
    @APIResponse(
            responseCode = "200",
            description = "The file",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "304", description = "The caller has these bytes")
    @APIResponse(
            responseCode = "404",
            description = "No such version",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response download(
            @Parameter(description = NAME, example = "edges", schema = @Schema(pattern = Addresses.NAME))
                    @PathParam("name")
                    String name,
            @Parameter(description = VERSION, example = "1", schema = @Schema(pattern = Addresses.VERSION))
                    @PathParam("version")
                    String version,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.ACCEPT) String accept,
            @Parameter(hidden = true) @HeaderParam(HttpHeaders.IF_NONE_MATCH) String ifNoneMatch) {
        PackView pack = registry.pack(Addresses.id(name, version));
        return PackFile.response(pack, accept, ifNoneMatch);
    }

    @PUT
    @Managed
    @Path("{name}/versions/{version}")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "uploadPack",
            summary = "Plug a pack",
            description =
                    "The file is checked and answers its own self-test before it is served; requests that are under way"
                            + " finish on the pack that they started with. Name and version must be those of the file.")
    @Parameter(
            in = ParameterIn.QUERY,
            name = "activate",
            description = "whether it becomes the version that answers for its name",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "true"))
    @Parameter(
            in = ParameterIn.QUERY,
            name = "plan",
            description = "how it is executed",
            schema =
                    @Schema(
                            enumeration = {"factored", "merged", "int8"},
                            defaultValue = "factored"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Content-Digest",
            description = "sha-256=:BASE64: of the body (RFC 9530), checked",
            schema = @Schema(type = SchemaType.STRING, pattern = "^sha-256=:[A-Za-z0-9+/]{43}=:$"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "If-None-Match",
            description = "* for: only if the version doesn't exist",
            schema = @Schema(type = SchemaType.STRING, enumeration = "*"))
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Facet-Signature",
            description = "Base64 of the Ed25519 signature over the body, where the server has trusted keys",
            schema = @Schema(type = SchemaType.STRING, pattern = "^[A-Za-z0-9+/]{86}==$"))
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "These bytes are there already; nothing changed",
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
            description = "Not a pack that can be served: the member errors lists what is wrong",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response upload(
            @Parameter(description = NAME, example = "edges", schema = @Schema(pattern = Addresses.NAME))
                    @PathParam("name")
                    String name,
            @Parameter(description = VERSION, example = "2", schema = @Schema(pattern = Addresses.VERSION))
                    @PathParam("version")
                    String version,
            @Context RoutingContext context,
            InputStream body)
            throws IOException {
        PackId id = Addresses.id(name, version);
        UploadHeaders headers = UploadHeaders.of(context);
        try (Upload upload = Upload.receive(body, store, maxBytes, headers.digest())) {
            signatures.check(upload.file(), headers.signature());
            Plugged plugged = registry.plug(upload.file(), id, headers.options());
            return Response.status(plugged.created() ? Response.Status.CREATED : Response.Status.OK)
                    .location(URI.create(context.normalizedPath()))
                    .header(HttpHeaders.ETAG, PackFile.etag(plugged.pack()))
                    .entity(PackDocument.of(plugged.pack()))
                    .build();
        }
    }

    @DELETE
    @Managed
    @Path("{name}/versions/{version}")
    @Operation(
            operationId = "deletePack",
            summary = "Remove a version",
            description =
                    "Requests that are under way finish on it. The highest other version then answers for the name.")
    @APIResponse(responseCode = "204", description = "Removed")
    @APIResponse(
            responseCode = "404",
            description = "No such version",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public void delete(
            @Parameter(description = NAME, example = "edges", schema = @Schema(pattern = Addresses.NAME))
                    @PathParam("name")
                    String name,
            @Parameter(description = VERSION, example = "2", schema = @Schema(pattern = Addresses.VERSION))
                    @PathParam("version")
                    String version)
            throws IOException {
        registry.remove(Addresses.id(name, version));
    }

    @POST
    @Managed
    @Path("{name}/activate")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(operationId = "activatePack", summary = "Switch a name to a version, or back")
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = Activation.class)))
    @APIResponse(
            responseCode = "200",
            description = "The version answers for the name",
            content = @Content(schema = @Schema(implementation = PackDocument.class)))
    @APIResponse(
            responseCode = "404",
            description = "No such version",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public PackDocument activate(
            @Parameter(description = NAME, example = "edges", schema = @Schema(pattern = Addresses.NAME))
                    @PathParam("name")
                    String name,
            @Parameter(description = "the version, where the body is empty") @QueryParam("version") String version,
            InputStream body)
            throws IOException {
        Addresses.checkName(name);
        PackId id = Addresses.id(name, SmallBody.member("version", body, version));
        return PackDocument.of(registry.activate(id));
    }

    /**
     * What to activate.
     *
     * @param version version of the pack
     */
    @Schema(description = "What to activate")
    record Activation(@Schema(examples = "1") String version) {}
}
