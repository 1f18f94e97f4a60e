package dev.facet.server.inference.rest;

import dev.facet.runtime.prediction.RequestListener;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.http.AccessGuard;
import dev.facet.server.http.LogMark;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.http.RequestBodies;
import dev.facet.server.http.RouteKey;
import dev.facet.server.image.ImageBody;
import dev.facet.server.inference.Inference;
import dev.facet.server.inference.InferenceAnswer;
import dev.facet.server.inference.InferenceHandler;
import dev.facet.server.inference.ModelName;
import dev.facet.server.response.Body;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** HTTP's side of an inference: reads the body, has it answered, writes the answer, and gives the memory back at the end. */
@ApplicationScoped
class InferenceCalls {
    private final InferenceHandler handler;
    private final long bodyBytes;
    private final long tensorBytes;
    private final int maxBatch;

    InferenceCalls(InferenceHandler handler, FacetConfiguration configuration) {
        this.handler = handler;
        this.tensorBytes = configuration.limits().tensorBytes().asLongValue();
        this.bodyBytes = RequestBodies.inferenceBytes(configuration.limits());
        this.maxBatch = configuration.limits().tiles();
    }

    /** Images in the batch of a tensor. */
    int maxBatch() {
        return maxBatch;
    }

    CompletionStage<Response> answer(ModelName model, Optional<String> version, RoutingContext context) {
        long begin = System.nanoTime();
        HttpServerRequest request = context.request();
        ReceivedBody body = RequestBodies.of(context);
        String headerLength = request.getHeader(InferenceReader.HEADER_LENGTH);
        String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        InferenceHandler.Call call = new InferenceHandler.Call(
                context, AccessGuard.predicting(context), begin, Optional.empty(), RouteKey.route(request));
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        context.addEndHandler(end -> ended.complete(end.succeeded()));
        boolean isShort = coding == null && (headerLength != null || body.length() <= InferenceReader.LONG_DOCUMENT);
        CompletionStage<Inference> inference = isShort
                ? CompletableFuture.completedFuture(read(model, version, body, headerLength))
                : handler.read(() -> {
                    try (RequestListener.Visit visit = LogMark.of(context).enter()) {
                        ImageBody.decode(coding, body, bodyBytes);
                        return read(model, version, body, headerLength);
                    }
                });
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return inference.thenCompose(read -> begin(read, call, ended)).thenApply(answer -> response(answer, accepted));
    }

    private Inference read(ModelName model, Optional<String> version, ReceivedBody body, String headerLength) {
        return InferenceReader.read(model, version, body, headerLength, tensorBytes);
    }

    private CompletionStage<InferenceAnswer> begin(
            Inference inference, InferenceHandler.Call call, CompletableFuture<Boolean> ended) {
        InferenceHandler.Begun begun = handler.begin(inference, call);
        ended.thenAccept(succeeded -> {
            if (!succeeded) {
                begun.cancellation().cancel();
            }
        });
        return begun.answer().thenApply(answer -> {
            ended.thenRun(answer::close);
            return answer;
        });
    }

    private static Response response(InferenceAnswer answer, String accepted) {
        InferenceWriter written = InferenceWriter.of(answer);
        boolean ofBytes = written.headerLength().isPresent();
        Optional<AcceptedCoding> coding = AcceptedCoding.of(accepted, ofBytes);
        Body body = coding.map(chosen -> CompressedChunks.of(written.body(), chosen))
                .orElse(written.body());
        Response.ResponseBuilder builder = Response.ok(body)
                .header(HttpHeaders.CONTENT_TYPE, ofBytes ? "application/octet-stream" : "application/json")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        coding.ifPresent(chosen -> builder.header(HttpHeaders.CONTENT_ENCODING, chosen.token()));
        written.headerLength()
                .ifPresent(length -> builder.header(InferenceReader.HEADER_LENGTH, Integer.toString(length)));
        answer.headers().forEach(builder::header);
        return builder.build();
    }
}
