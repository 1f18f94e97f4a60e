package dev.facet.server.testing;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.restassured.RestAssured;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Calls of gRPC to the test server, by gRPC's own library. */
public final class GrpcClient implements AutoCloseable {
    private static final String SERVICE = "inference.GRPCInferenceService/";

    private final ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", RestAssured.port)
            .usePlaintext()
            .maxInboundMessageSize(256 << 20)
            .build();
    private final CallOptions options;
    private final Metadata headers = new Metadata();

    /** A client without a key, that waits for a minute. */
    public GrpcClient() {
        this(CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES));
    }

    public GrpcClient(CallOptions options) {
        this.options = options;
    }

    /** Sends a header with every call. */
    public GrpcClient with(String header, String value) {
        headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
        return this;
    }

    /** Calls a method of the inference service. */
    public <A extends Message> A call(String method, Message request, A answer) {
        return callAny(SERVICE + method, request, answer);
    }

    /** Calls any method. */
    public <A extends Message> A callAny(String method, Message request, A answer) {
        return ClientCalls.blockingUnaryCall(
                channel(), descriptor(method, MethodType.UNARY, request, answer), options, request);
    }

    /** Calls a method with many answers. */
    public <A extends Message> Iterator<A> watch(String method, Message request, A answer) {
        return ClientCalls.blockingServerStreamingCall(
                channel(), descriptor(method, MethodType.SERVER_STREAMING, request, answer), options, request);
    }

    /** Opens a stream both ways. */
    public <Q extends Message, A extends Message> StreamObserver<Q> stream(
            String method, Q request, A answer, StreamObserver<A> answers) {
        return ClientCalls.asyncBidiStreamingCall(
                channel().newCall(descriptor(SERVICE + method, MethodType.BIDI_STREAMING, request, answer), options),
                answers);
    }

    private io.grpc.Channel channel() {
        ClientInterceptor interceptor = MetadataUtils.newAttachHeadersInterceptor(headers);
        return ClientInterceptors.intercept(channel, interceptor);
    }

    @SuppressWarnings("unchecked")
    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> descriptor(
            String method, MethodType type, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(method)
                .setRequestMarshaller(
                        (MethodDescriptor.Marshaller<Q>) ProtoUtils.marshaller(request.getDefaultInstanceForType()))
                .setResponseMarshaller(
                        (MethodDescriptor.Marshaller<A>) ProtoUtils.marshaller(answer.getDefaultInstanceForType()))
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
