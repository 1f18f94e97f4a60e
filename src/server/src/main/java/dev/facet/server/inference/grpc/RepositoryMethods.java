package dev.facet.server.inference.grpc;

import dev.facet.protocol.inference.RepositoryModelLoadResponse;
import dev.facet.protocol.inference.RepositoryModelUnloadRequest;
import dev.facet.protocol.inference.RepositoryModelUnloadResponse;
import dev.facet.server.grpc.GrpcCall;
import dev.facet.server.grpc.GrpcMethod;
import dev.facet.server.http.AccessGuard;
import dev.facet.server.http.AuditLog;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.http.RequestIds;
import dev.facet.server.inference.LoadFiles;
import dev.facet.server.inference.LoadRequest;
import dev.facet.server.inference.ModelName;
import dev.facet.server.inference.ModelRepository;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import dev.facet.server.problem.Problems;
import dev.facet.server.response.Body;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** {@code RepositoryModelLoad} and {@code RepositoryModelUnload}: management, with the key in the metadata, as a header. */
@ApplicationScoped
class RepositoryMethods {
    private final ModelRepository repository;
    private final LoadFiles files;
    private final AccessGuard guard;
    private final AuditLog audit;

    RepositoryMethods(ModelRepository repository, LoadFiles files, AccessGuard guard, AuditLog audit) {
        this.repository = repository;
        this.files = files;
        this.guard = guard;
        this.audit = audit;
    }

    Map<String, GrpcMethod> methods() {
        GrpcMethod.Blocking load = call -> managed(call, this::load);
        GrpcMethod.Blocking unload = call -> managed(call, this::unload);
        return Map.of("RepositoryModelLoad", load, "RepositoryModelUnload", unload);
    }

    private Body managed(GrpcCall call, GrpcMethod.Blocking action) throws Exception {
        RoutingContext context = call.context();
        Optional<Problem> refusal = guard.refusal(context);
        if (refusal.isPresent()) {
            throw new ProblemException(refusal.get());
        }
        try {
            Body answer = action.answer(call);
            audit.done(context);
            return answer;
        } catch (IOException | RuntimeException e) {
            Problem problem = Problems.report(e, RequestIds.of(context));
            audit.failed(context, problem);
            throw new ProblemException(problem);
        }
    }

    private Body load(GrpcCall call) throws IOException {
        Path body = RequestBodies.file(call.context());
        try {
            LoadMessage.Read message = LoadMessage.read(body, files);
            try (LoadRequest request = message.request()) {
                AuditLog.digest(
                        call.context(),
                        repository
                                .load(ModelName.parse(message.model()), request)
                                .digest());
            }
        } finally {
            Files.deleteIfExists(body);
        }
        return Body.of(RepositoryModelLoadResponse.getDefaultInstance().toByteArray());
    }

    private Body unload(GrpcCall call) throws IOException {
        RepositoryModelUnloadRequest request = call.message(RepositoryModelUnloadRequest.parser());
        repository.unload(ModelName.parse(request.getModelName()));
        return Body.of(RepositoryModelUnloadResponse.getDefaultInstance().toByteArray());
    }
}
