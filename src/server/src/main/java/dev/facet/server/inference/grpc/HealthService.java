package dev.facet.server.inference.grpc;

import dev.facet.protocol.health.HealthCheckRequest;
import dev.facet.protocol.health.HealthCheckResponse;
import dev.facet.protocol.health.HealthCheckResponse.ServingStatus;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.server.grpc.GrpcCall;
import dev.facet.server.grpc.GrpcMethod;
import dev.facet.server.grpc.GrpcService;
import dev.facet.server.health.ServerReadiness;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.Models;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.response.Body;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code grpc.health.v1.Health}: the server under the empty name and those of its services, each model under its own. */
@ApplicationScoped
class HealthService implements GrpcService {
    private static final String NAME = "grpc.health.v1.Health";
    private static final Set<String> SERVER = Set.of("", NAME, "inference.GRPCInferenceService");

    private final ServerReadiness readiness;
    private final Models models;

    HealthService(ServerReadiness readiness, Models models) {
        this.readiness = readiness;
        this.models = models;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, GrpcMethod> methods() {
        GrpcMethod.Unary check = call -> CompletableFuture.completedFuture(Body.of(check(call)));
        GrpcMethod.Watching watch = this::watch;
        return Map.of("Check", check, "Watch", watch);
    }

    private byte[] check(GrpcCall call) {
        String service = service(call);
        return message(status(service)
                .orElseThrow(() -> new ProblemException(
                        404, ProblemCode.NOT_FOUND, "no such service: expected a model's name, or none")));
    }

    private byte[] watch(GrpcCall call) {
        return message(status(service(call)).orElse(ServingStatus.SERVICE_UNKNOWN));
    }

    private static String service(GrpcCall call) {
        return call.message(HealthCheckRequest.parser()).getService();
    }

    private Optional<ServingStatus> status(String service) {
        if (SERVER.contains(service)) {
            return Optional.of(status(readiness.isReady()));
        }
        try {
            boolean ready =
                    models.readiness(ModelName.parse(service), Optional.empty()).ready();
            return Optional.of(status(ready && readiness.isReady()));
        } catch (UnknownPackException | ProblemException e) {
            return Optional.empty();
        }
    }

    private static ServingStatus status(boolean ready) {
        return ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static byte[] message(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build().toByteArray();
    }
}
