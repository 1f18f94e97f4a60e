package dev.facet.server.inference.grpc;

import com.google.protobuf.MessageLite;
import dev.facet.protocol.inference.ModelConfigRequest;
import dev.facet.protocol.inference.ModelConfigResponse;
import dev.facet.protocol.inference.ModelMetadataRequest;
import dev.facet.protocol.inference.ModelReadyRequest;
import dev.facet.protocol.inference.ModelReadyResponse;
import dev.facet.protocol.inference.ModelStatisticsRequest;
import dev.facet.protocol.inference.ModelStatisticsResponse;
import dev.facet.protocol.inference.RepositoryIndexRequest;
import dev.facet.protocol.inference.RepositoryIndexResponse;
import dev.facet.protocol.inference.ServerLiveResponse;
import dev.facet.protocol.inference.ServerMetadataResponse;
import dev.facet.protocol.inference.ServerReadyResponse;
import dev.facet.runtime.registry.PackId;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.grpc.GrpcCall;
import dev.facet.server.grpc.GrpcMethod;
import dev.facet.server.grpc.GrpcService;
import dev.facet.server.health.ServerReadiness;
import dev.facet.server.inference.ModelDescription;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.ModelState;
import dev.facet.server.inference.Models;
import dev.facet.server.metrics.ModelStatistics;
import dev.facet.server.response.Body;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code inference.GRPCInferenceService}: what there is, and by its parts what can be done with it. */
@ApplicationScoped
class InferenceService implements GrpcService {
    private final Models models;
    private final ModelStatistics statistics;
    private final ServerReadiness readiness;
    private final int maxBatch;
    private final String version;
    private final Map<String, GrpcMethod> methods = new HashMap<>();

    InferenceService(
            Models models,
            ModelStatistics statistics,
            ServerReadiness readiness,
            FacetConfiguration configuration,
            @ConfigProperty(name = "quarkus.application.version") String version,
            InferMethods infer,
            RepositoryMethods repository) {
        this.models = models;
        this.statistics = statistics;
        this.readiness = readiness;
        this.maxBatch = configuration.limits().tiles();
        this.version = version;
        methods.putAll(infer.methods());
        methods.putAll(repository.methods());
        add("ServerLive", this::live);
        add("ServerReady", this::ready);
        add("ServerMetadata", this::metadata);
        add("ModelReady", this::modelReady);
        add("ModelMetadata", this::modelMetadata);
        add("ModelConfig", this::configuration);
        add("ModelStatistics", this::statistics);
        add("RepositoryIndex", this::index);
    }

    private interface Answer {
        MessageLite of(GrpcCall call);
    }

    private void add(String method, Answer answer) {
        GrpcMethod.Blocking blocking = call -> Body.of(answer.of(call).toByteArray());
        methods.put(method, blocking);
    }

    @Override
    public String name() {
        return "inference.GRPCInferenceService";
    }

    @Override
    public Map<String, GrpcMethod> methods() {
        return methods;
    }

    private MessageLite live(GrpcCall call) {
        return ServerLiveResponse.newBuilder().setLive(true).build();
    }

    private MessageLite ready(GrpcCall call) {
        return ServerReadyResponse.newBuilder().setReady(readiness.isReady()).build();
    }

    private MessageLite metadata(GrpcCall call) {
        return ServerMetadataResponse.newBuilder()
                .setName(ModelDescription.BACKEND)
                .setVersion(version)
                .addAllExtensions(ModelDescription.EXTENSIONS)
                .build();
    }

    private MessageLite modelReady(GrpcCall call) {
        ModelReadyRequest request = call.message(ModelReadyRequest.parser());
        ModelState state = models.readiness(ModelName.parse(request.getName()), given(request.getVersion()));
        return ModelReadyResponse.newBuilder().setReady(state.ready()).build();
    }

    private MessageLite modelMetadata(GrpcCall call) {
        ModelMetadataRequest request = call.message(ModelMetadataRequest.parser());
        return ModelMessages.metadata(models.describe(ModelName.parse(request.getName()), given(request.getVersion())));
    }

    private MessageLite configuration(GrpcCall call) {
        ModelConfigRequest request = call.message(ModelConfigRequest.parser());
        ModelDescription model = models.describe(ModelName.parse(request.getName()), given(request.getVersion()));
        return ModelConfigResponse.newBuilder()
                .setConfig(ModelMessages.configuration(model, maxBatch))
                .build();
    }

    private MessageLite statistics(GrpcCall call) {
        ModelStatisticsRequest request = call.message(ModelStatisticsRequest.parser());
        ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
        if (request.getName().isEmpty()) {
            for (PackId pack : models.all()) {
                add(response, pack, new ModelName(pack.name(), false));
                add(response, pack, new ModelName(pack.name(), true));
            }
        } else {
            ModelName model = ModelName.parse(request.getName());
            models.versions(model, given(request.getVersion())).forEach(pack -> add(response, pack, model));
        }
        return response.build();
    }

    private void add(ModelStatisticsResponse.Builder response, PackId pack, ModelName model) {
        String name = model.toString();
        response.addModelStats(ModelMessages.statistics(name, pack.version(), statistics.get(pack, name)));
    }

    private MessageLite index(GrpcCall call) {
        boolean readyOnly = call.message(RepositoryIndexRequest.parser()).getReady();
        List<ModelState> states = models.index();
        RepositoryIndexResponse.Builder response = RepositoryIndexResponse.newBuilder();
        states.stream()
                .filter(state -> !readyOnly || state.ready())
                .forEach(state -> response.addModels(ModelMessages.state(state)));
        return response.build();
    }

    private static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
