package dev.facet.server.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.registry.Activation;
import dev.facet.runtime.registry.DetachedSignature;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackView;
import dev.facet.runtime.registry.PlanChoice;
import dev.facet.runtime.registry.PlugOptions;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.inference.LoadRequest.UploadedFile;
import dev.facet.server.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Loads and unloads models: the protocol's words for plugging a pack and for removing all of its versions. Both models of a pack come
 * and go together. Thread-safe.
 */
@ApplicationScoped
public class ModelRepository {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final String PACK = ".safetensors";
    private static final String SIGNATURE = ".sig";
    private static final String EXPECTED_FILES =
            "one file:VERSION/NAME.safetensors, and beside it file:VERSION/NAME.sig for a server with trusted keys";

    private final PackRegistry registry;
    private final Duration timeout;

    ModelRepository(PackRegistry registry, FacetConfiguration configuration) {
        this.registry = registry;
        this.timeout = configuration.request().timeout();
    }

    /**
     * Loads a model: from the file that comes along; else one that was unloaded and lies in the models folder; else it is made sure
     * that the one that is there answers. When it fails, what was there stays.
     *
     * @return the pack that answers for the model now
     * @throws ProblemException 400 for a request that isn't understood
     * @throws UnknownPackException if there is no such model
     */
    public PackView load(ModelName model, LoadRequest request) throws IOException {
        PlanChoice plan = request.config().map(config -> plan(model, config)).orElse(PlanChoice.NONE);
        if (!request.files().isEmpty()) {
            return plug(model, request.files(), plan);
        }
        if (plan.said()) {
            throw ProblemException.parameter("config", "parameters.plan", "a plan together with a file only");
        }
        try (Lease lease = registry.acquire(model.pack())) {
            lease.open(Cancellation.after(timeout));
            return registry.pack(lease.id());
        } catch (UnknownPackException e) {
            List<PackView> restored = registry.restore(model.pack());
            if (restored.isEmpty()) {
                throw e;
            }
            return restored.get(restored.size() - 1);
        }
    }

    private PackView plug(ModelName model, List<UploadedFile> files, PlanChoice plan) throws IOException {
        UploadedFile pack = only(files, PACK).orElseThrow(() -> unexpected(files));
        Optional<UploadedFile> signature = only(files, SIGNATURE);
        boolean together = signature.isEmpty() || signature.get().version().equals(pack.version());
        if (!together || files.size() != (signature.isPresent() ? 2 : 1)) {
            throw unexpected(files);
        }
        Path signatureFile = signature.map(UploadedFile::content).orElse(null);
        PlugOptions options = new PlugOptions(
                Activation.IF_NEW,
                plan,
                false,
                Optional.empty(),
                signatureFile == null ? Optional.empty() : DetachedSignature.read(signatureFile));
        return registry.plug(pack.content(), new PackId(model.pack(), pack.version()), options)
                .pack();
    }

    private static Optional<UploadedFile> only(List<UploadedFile> files, String ending) {
        List<UploadedFile> found =
                files.stream().filter(file -> file.name().endsWith(ending)).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static ProblemException unexpected(List<UploadedFile> files) {
        return ProblemException.parameter(
                "parameters",
                files.stream()
                        .map(file -> LoadFiles.PREFIX + file.version() + "/" + file.name())
                        .toList()
                        .toString(),
                EXPECTED_FILES);
    }

    /** Of a configuration only the plan says anything new; the rest follows from the pack. */
    private static PlanChoice plan(ModelName model, String config) {
        JsonNode document;
        try {
            document = JSON.readTree(config);
        } catch (JsonProcessingException e) {
            throw ProblemException.parameter("config", config, "a model's configuration as JSON");
        }
        JsonNode name = document.path("name");
        if (!document.isObject() || !(name.isMissingNode() || name.asText("").equals(model.toString()))) {
            throw ProblemException.parameter(
                    "config", config, "a configuration of the model '%s', a JSON object".formatted(model));
        }
        JsonNode plan = document.path("parameters").path("plan").path("string_value");
        if (plan.isMissingNode()) {
            return PlanChoice.NONE;
        }
        if (plan.asText("").equals("auto")) {
            return PlanChoice.AUTOMATIC;
        }
        try {
            return PlanChoice.of(Plan.of(plan.asText("")));
        } catch (IllegalArgumentException e) {
            throw ProblemException.parameter("parameters.plan", plan.asText(""), "auto|factored|merged|int8");
        }
    }

    /**
     * Unloads a model: all versions of its pack at once, as if each had been removed.
     *
     * @return what was removed
     * @throws UnknownPackException if there is no such model
     */
    public List<PackId> unload(ModelName model) throws IOException {
        return registry.remove(model.pack());
    }
}
