package dev.facet.server.inference.grpc;

import dev.facet.protocol.inference.ModelStreamInferResponse;
import dev.facet.server.grpc.GrpcCall;
import dev.facet.server.grpc.GrpcMethod;
import dev.facet.server.http.AccessGuard;
import dev.facet.server.http.RequestIds;
import dev.facet.server.http.RouteKey;
import dev.facet.server.inference.InferenceHandler;
import dev.facet.server.problem.Problems;
import dev.facet.server.response.Body;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code ModelInfer} and {@code ModelStreamInfer}. */
@ApplicationScoped
class InferMethods {
    private final InferenceHandler handler;
    private final AccessGuard guard;

    InferMethods(InferenceHandler handler, AccessGuard guard) {
        this.handler = handler;
        this.guard = guard;
    }

    Map<String, GrpcMethod> methods() {
        GrpcMethod.Unary infer = this::infer;
        GrpcMethod.Streaming stream = this::inferInStream;
        return Map.of("ModelInfer", infer, "ModelStreamInfer", stream);
    }

    private CompletionStage<Body> infer(GrpcCall call) {
        InferMessage.Read read = InferMessage.read(call);
        InferenceHandler.Begun begun = handler.begin(
                read.inference(),
                new InferenceHandler.Call(
                        call.context(),
                        call.client(),
                        call.beginNanos(),
                        call.timeout(),
                        RouteKey.route(call.context().request())));
        call.ended().thenAccept(written -> {
            if (!written) {
                begun.cancellation().cancel();
            }
        });
        return begun.answer().thenApply(answer -> {
            call.ended().thenRun(answer::close);
            return InferResponseMessage.of(answer, answer.output().binary().orElse(read.isRaw()));
        });
    }

    /** A message that can't be answered doesn't end the stream: its place is taken by one that says why. */
    private CompletionStage<Body> inferInStream(GrpcCall call) {
        CompletionStage<Body> answer;
        try {
            guard.admitMessage(call.context());
            answer = infer(call);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle(
                (body, failure) -> failure == null ? InferResponseMessage.inStream(body) : failed(call, failure));
    }

    private static Body failed(GrpcCall call, Throwable failure) {
        String detail = Problems.report(failure, RequestIds.of(call.context())).detail();
        return Body.of(ModelStreamInferResponse.newBuilder()
                .setErrorMessage(detail)
                .build()
                .toByteArray());
    }
}
