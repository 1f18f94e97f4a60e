package dev.facet.server.inference.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.runtime.registry.PackView;
import dev.facet.server.http.AuditLog;
import dev.facet.server.http.Managed;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.inference.LoadFiles;
import dev.facet.server.inference.LoadRequest;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.ModelRepository;
import dev.facet.server.inference.ModelState;
import dev.facet.server.inference.Models;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** {@code /v2/repository}: the model repository extension. The index is open, loading and unloading are management. */
@Path("/v2/repository")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
public class RepositoryResource {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 4096;

    private final Models models;
    private final ModelRepository repository;
    private final LoadFiles files;

    RepositoryResource(Models models, ModelRepository repository, LoadFiles files) {
        this.models = models;
        this.repository = repository;
        this.files = files;
    }

    @POST
    @Path("index")
    @Operation(hidden = true)
    public List<Map<String, Object>> index(InputStream body) throws IOException {
        boolean readyOnly = small(body).path("ready").asBoolean(false);
        return models.index().stream()
                .filter(model -> !readyOnly || model.ready())
                .map(ModelDocuments::state)
                .toList();
    }

    @POST
    @Managed
    @Path("models/{model}/load")
    @Operation(hidden = true)
    public Map<String, Object> load(@PathParam("model") String name, @Context RoutingContext context)
            throws IOException {
        ModelName model = ModelName.parse(name);
        Optional<java.nio.file.Path> body = RequestBodies.fileIfAny(context);
        try (LoadRequest request = body.isPresent() ? LoadDocument.read(body.get(), files) : LoadRequest.EMPTY) {
            PackView pack = repository.load(model, request);
            AuditLog.digest(context, pack.digest());
            return ModelDocuments.state(new ModelState(name, pack.id().version(), true, ""));
        } finally {
            if (body.isPresent()) {
                Files.deleteIfExists(body.get());
            }
        }
    }

    @POST
    @Managed
    @Path("models/{model}/unload")
    @Operation(hidden = true)
    public Map<String, Object> unload(@PathParam("model") String name, InputStream body) throws IOException {
        ModelName model = ModelName.parse(name);
        // Nothing depends on a model; the other one of its pack goes along in any case.
        small(body);
        repository.unload(model);
        return Map.of("name", name);
    }

    private static JsonNode small(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new ProblemException(
                    413, ProblemCode.BODY_TOO_LARGE, "body too large: expected at most %d bytes".formatted(MAX_BYTES));
        }
        if (bytes.length == 0) {
            return JSON.createObjectNode();
        }
        try {
            JsonNode document = JSON.readTree(bytes);
            if (document.isObject()) {
                return document;
            }
        } catch (JsonProcessingException e) {
            // Falls through to the one answer for all bad documents.
        }
        throw new ProblemException(400, ProblemCode.INVALID_BODY, "body: expected a JSON object, or nothing");
    }
}
