package dev.facet.server.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.facet.runtime.schedule.Client;
import dev.facet.server.http.AccessGuard;
import dev.facet.server.http.ReceivedBody;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One message of a call, and what is known of the call. */
public final class GrpcCall {
    private final RoutingContext context;
    private final ReceivedBody body;
    private final long offset;
    private final long beginNanos;
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    /**
     * @param body with the message
     * @param offset of the message's first byte in it; the rest is the message
     */
    GrpcCall(RoutingContext context, ReceivedBody body, long offset) {
        this.context = context;
        this.body = body;
        this.offset = offset;
        this.beginNanos = System.nanoTime();
    }

    /** The request that carries the call. */
    public RoutingContext context() {
        return context;
    }

    /** The body with the message, from whose memory what is made of it is reserved. */
    public ReceivedBody body() {
        return body;
    }

    /**
     * Who calls.
     *
     * @throws ProblemException 401 or 403 for who may not ask for predictions
     */
    public Client client() {
        return AccessGuard.predicting(context);
    }

    /** When the message was whole, on the clock of {@link System#nanoTime()}. */
    public long beginNanos() {
        return beginNanos;
    }

    /** How long the client waits, where it says so. */
    public Optional<Duration> timeout() {
        return GrpcTimeout.parse(context.request().getHeader("grpc-timeout"));
    }

    /** Done when the answer to this message is written, with true, or won't be, with false. */
    public CompletableFuture<Boolean> ended() {
        return ended;
    }

    /**
     * The message. Its byte strings are the bytes of the body, without a copy: they are valid as long as the call.
     *
     * @throws ProblemException 400 for bytes that are no such message
     */
    public <T extends MessageLite> T message(Parser<T> parser) {
        CodedInputStream in = input();
        try {
            T message = parser.parseFrom(in);
            in.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw invalid();
        }
    }

    /** The message's bytes. What is read of them is no copy, see {@link #message}. */
    public CodedInputStream input() {
        List<ByteString> pieces = new ArrayList<>();
        body.forEachChunk(offset, body.length() - offset, chunk -> pieces.add(UnsafeByteOperations.unsafeWrap(chunk)));
        CodedInputStream in = ByteString.copyFrom(pieces).newCodedInput();
        in.enableAliasing(true);
        return in;
    }

    static ProblemException invalid() {
        return new ProblemException(
                400, ProblemCode.INVALID_BODY, "message isn't of the type that the method takes, or is damaged");
    }
}
