package dev.facet.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.facet.protocol.health.HealthCheckRequest;
import dev.facet.protocol.health.HealthCheckResponse;
import dev.facet.protocol.inference.InferParameter;
import dev.facet.protocol.inference.InferTensorContents;
import dev.facet.protocol.inference.ModelConfigRequest;
import dev.facet.protocol.inference.ModelConfigResponse;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.facet.protocol.inference.ModelInferRequest.InferRequestedOutputTensor;
import dev.facet.protocol.inference.ModelInferResponse;
import dev.facet.protocol.inference.ModelMetadataRequest;
import dev.facet.protocol.inference.ModelMetadataResponse;
import dev.facet.protocol.inference.ModelReadyRequest;
import dev.facet.protocol.inference.ModelReadyResponse;
import dev.facet.protocol.inference.ModelStatisticsRequest;
import dev.facet.protocol.inference.ModelStatisticsResponse;
import dev.facet.protocol.inference.ModelStreamInferResponse;
import dev.facet.protocol.inference.RepositoryIndexRequest;
import dev.facet.protocol.inference.RepositoryIndexResponse;
import dev.facet.protocol.inference.RepositoryModelLoadRequest;
import dev.facet.protocol.inference.RepositoryModelLoadResponse;
import dev.facet.protocol.inference.ServerLiveRequest;
import dev.facet.protocol.inference.ServerLiveResponse;
import dev.facet.protocol.inference.ServerMetadataRequest;
import dev.facet.protocol.inference.ServerMetadataResponse;
import dev.facet.protocol.inference.ServerReadyRequest;
import dev.facet.protocol.inference.ServerReadyResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol over gRPC, asked by gRPC's own library. */
class GrpcConformanceTest {
    private static final String SERVICE = "inference.GRPCInferenceService/";

    private static Target target;
    private static ManagedChannel channel;

    @BeforeAll
    static void connect() throws Exception {
        target = Target.get();
        channel = NettyChannelBuilder.forTarget(target.grpc())
                .usePlaintext()
                .maxInboundMessageSize(256 << 20)
                .build();
    }

    @AfterAll
    static void disconnect() {
        if (channel != null) {
            channel.shutdownNow();
        }
    }

    private static <A extends Message> A call(Channel by, String method, Message request, A answer) {
        return ClientCalls.blockingUnaryCall(
                by,
                descriptor(method, MethodType.UNARY, request, answer),
                CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.MINUTES),
                request);
    }

    private static <A extends Message> A call(String method, Message request, A answer) {
        return call(channel, SERVICE + method, request, answer);
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

    private static List<Numbers> inputs() {
        List<Numbers> inputs = new ArrayList<>();
        for (JsonNode input : target.metadata().path("inputs")) {
            inputs.add(Numbers.of(input));
        }
        return inputs;
    }

    private static ModelInferRequest.Builder raw() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(target.model());
        for (Numbers input : inputs()) {
            request.addInputs(tensor(input)).addRawInputContents(ByteString.copyFrom(input.bytes()));
        }
        return request;
    }

    private static InferInputTensor.Builder tensor(Numbers input) {
        InferInputTensor.Builder tensor =
                InferInputTensor.newBuilder().setName(input.name()).setDatatype(input.datatype());
        for (long extent : input.shape()) {
            tensor.addShape(extent);
        }
        return tensor;
    }

    private static ModelInferRequest.Builder typed() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName(target.model());
        for (Numbers input : inputs()) {
            InferTensorContents.Builder contents = InferTensorContents.newBuilder();
            for (JsonNode value : input.flat()) {
                switch (input.datatype()) {
                    case "BOOL" -> contents.addBoolContents(value.asBoolean());
                    case "INT8", "INT16", "INT32" -> contents.addIntContents(value.asInt());
                    case "INT64" -> contents.addInt64Contents(value.asLong());
                    case "UINT8", "UINT16", "UINT32" -> contents.addUintContents(value.asInt());
                    case "UINT64" -> contents.addUint64Contents(value.asLong());
                    case "FP32" -> contents.addFp32Contents((float) value.asDouble());
                    default -> contents.addFp64Contents(value.asDouble());
                }
            }
            request.addInputs(tensor(input).setContents(contents));
        }
        return request;
    }

    private static ModelInferResponse infer(ModelInferRequest.Builder request) {
        return call("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
    }

    /** The bytes of the first output, however they came. */
    private static byte[] bytes(ModelInferResponse answer) {
        if (answer.getRawOutputContentsCount() > 0) {
            return answer.getRawOutputContents(0).toByteArray();
        }
        InferTensorContents contents = answer.getOutputs(0).getContents();
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * contents.getFp32ContentsCount()).order(ByteOrder.LITTLE_ENDIAN);
        contents.getFp32ContentsList().forEach(bytes::putFloat);
        return bytes.array();
    }

    private static void fails(Runnable call, Status.Code... codes) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode())
                                .as(failure.toString())
                                .isIn((Object[]) codes));
    }

    @Nested
    class Apis {
        @Test
        void serverLiveAndReady() {
            assertThat(call(
                                    "ServerLive",
                                    ServerLiveRequest.getDefaultInstance(),
                                    ServerLiveResponse.getDefaultInstance())
                            .getLive())
                    .isTrue();
            assertThat(call(
                                    "ServerReady",
                                    ServerReadyRequest.getDefaultInstance(),
                                    ServerReadyResponse.getDefaultInstance())
                            .getReady())
                    .isTrue();
        }

        @Test
        void serverMetadata() {
            ServerMetadataResponse server = call(
                    "ServerMetadata",
                    ServerMetadataRequest.getDefaultInstance(),
                    ServerMetadataResponse.getDefaultInstance());
            assertThat(server.getName()).isNotBlank();
            assertThat(server.getVersion()).isNotBlank();
        }

        @Test
        void modelMetadataIsThatOfHttp() {
            ModelMetadataResponse model = call(
                    "ModelMetadata",
                    ModelMetadataRequest.newBuilder().setName(target.model()).build(),
                    ModelMetadataResponse.getDefaultInstance());
            assertThat(model.getName()).isEqualTo(target.model());
            assertThat(model.getPlatform()).isNotBlank();
            JsonNode input = target.metadata().path("inputs").get(0);
            assertThat(model.getInputs(0).getName())
                    .isEqualTo(input.path("name").asText());
            assertThat(model.getInputs(0).getDatatype())
                    .isEqualTo(input.path("datatype").asText());
            assertThat(model.getInputs(0).getShapeList().toString().replace(" ", ""))
                    .isEqualTo(input.path("shape").toString());
        }

        @Test
        void modelReady() {
            assertThat(call(
                                    "ModelReady",
                                    ModelReadyRequest.newBuilder()
                                            .setName(target.model())
                                            .build(),
                                    ModelReadyResponse.getDefaultInstance())
                            .getReady())
                    .isTrue();
        }

        @Test
        void anUnknownModel() {
            fails(
                    () -> call(
                            "ModelMetadata",
                            ModelMetadataRequest.newBuilder()
                                    .setName("no-such-model")
                                    .build(),
                            ModelMetadataResponse.getDefaultInstance()),
                    Status.Code.NOT_FOUND);
            fails(() -> infer(raw().setModelName("no-such-model")), Status.Code.NOT_FOUND, Status.Code.UNAVAILABLE);
        }

        @Test
        void anUnknownMethod() {
            fails(
                    () -> call(
                            "NoSuchMethod",
                            ServerLiveRequest.getDefaultInstance(),
                            ServerLiveResponse.getDefaultInstance()),
                    Status.Code.UNIMPLEMENTED);
        }
    }

    @Nested
    class ModelInfer {
        @Test
        void answersWithIdNameAndAllOutputs() {
            ModelInferResponse answer = infer(raw().setId("g-42"));
            assertThat(answer.getId()).isEqualTo("g-42");
            assertThat(answer.getModelName()).isEqualTo(target.model());
            assertThat(answer.getOutputsCount())
                    .isEqualTo(target.metadata().path("outputs").size());
            assertThat(answer.getRawOutputContentsCount()).isIn(0, answer.getOutputsCount());
            long count = answer.getOutputs(0).getShapeList().stream().reduce(1L, (one, other) -> one * other);
            assertThat(bytes(answer))
                    .hasSize((int) count * Numbers.size(answer.getOutputs(0).getDatatype()));
        }

        @Test
        void contentsAndRawBytesAreTheSame() {
            assertThat(bytes(infer(typed()))).isEqualTo(bytes(infer(raw())));
        }

        @Test
        void onlyNamedOutputsComeBack() {
            String first = target.metadata().path("outputs").get(0).path("name").asText();
            ModelInferResponse answer = infer(
                    raw().addOutputs(InferRequestedOutputTensor.newBuilder().setName(first)));
            assertThat(answer.getOutputsCount()).isEqualTo(1);
            assertThat(answer.getOutputs(0).getName()).isEqualTo(first);
        }

        @Test
        void versions() {
            for (JsonNode version : target.metadata().path("versions")) {
                assertThat(infer(raw().setModelVersion(version.asText())).getModelVersion())
                        .isEqualTo(version.asText());
            }
        }

        @Test
        void whatDoesntFit() {
            ModelInferRequest.Builder shape = raw();
            shape.getInputsBuilder(0).clearShape().addShape(inputs().get(0).count());
            fails(() -> infer(shape), Status.Code.INVALID_ARGUMENT);
            ModelInferRequest.Builder name = raw();
            name.getInputsBuilder(0).setName("no-such-input");
            fails(() -> infer(name), Status.Code.INVALID_ARGUMENT);
            ModelInferRequest.Builder bytes = raw();
            bytes.setRawInputContents(0, bytes.getRawInputContents(0).substring(1));
            fails(() -> infer(bytes), Status.Code.INVALID_ARGUMENT);
            fails(() -> infer(raw().clearRawInputContents()), Status.Code.INVALID_ARGUMENT);
            fails(() -> infer(raw().addRawInputContents(ByteString.EMPTY)), Status.Code.INVALID_ARGUMENT);
            ModelInferRequest.Builder both = typed();
            both.addRawInputContents(raw().getRawInputContents(0));
            fails(() -> infer(both), Status.Code.INVALID_ARGUMENT);
            fails(
                    () -> infer(raw().addOutputs(
                                    InferRequestedOutputTensor.newBuilder().setName("no-such-output"))),
                    Status.Code.INVALID_ARGUMENT);
        }

        @Test
        void priorityAndTimeoutAreTaken() {
            target.assumeExtension("schedule_policy");
            infer(raw().putParameters(
                            "priority",
                            InferParameter.newBuilder().setInt64Param(1).build())
                    .putParameters(
                            "timeout",
                            InferParameter.newBuilder()
                                    .setInt64Param(30_000_000)
                                    .build()));
        }

        @Test
        void aPassedDeadline() {
            fails(
                    () -> ClientCalls.blockingUnaryCall(
                            channel,
                            descriptor(
                                    SERVICE + "ModelInfer",
                                    MethodType.UNARY,
                                    ModelInferRequest.getDefaultInstance(),
                                    ModelInferResponse.getDefaultInstance()),
                            CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MICROSECONDS),
                            raw().build()),
                    Status.Code.DEADLINE_EXCEEDED);
        }
    }

    @Nested
    class Extensions {
        @Test
        void modelStreamInfer() throws Exception {
            target.assumeExtension("model_repository");
            List<ModelStreamInferResponse> answers = Collections.synchronizedList(new ArrayList<>());
            CompletableFuture<Void> ended = new CompletableFuture<>();
            StreamObserver<ModelInferRequest> requests = ClientCalls.asyncBidiStreamingCall(
                    channel.newCall(
                            descriptor(
                                    SERVICE + "ModelStreamInfer",
                                    MethodType.BIDI_STREAMING,
                                    ModelInferRequest.getDefaultInstance(),
                                    ModelStreamInferResponse.getDefaultInstance()),
                            CallOptions.DEFAULT),
                    new StreamObserver<>() {
                        @Override
                        public void onNext(ModelStreamInferResponse answer) {
                            answers.add(answer);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            ended.completeExceptionally(failure);
                        }

                        @Override
                        public void onCompleted() {
                            ended.complete(null);
                        }
                    });
            for (int i = 0; i < 5; i++) {
                requests.onNext(raw().setId("" + i)
                        .setModelName(i == 2 ? "no-such-model" : target.model())
                        .build());
            }
            requests.onCompleted();
            ended.get(2, TimeUnit.MINUTES);
            assertThat(answers).hasSize(5);
            assertThat(answers)
                    .filteredOn(answer -> !answer.getErrorMessage().isEmpty())
                    .hasSize(1);
            assertThat(answers)
                    .extracting(answer -> answer.getInferResponse().getId())
                    .contains("0", "1", "3", "4");
        }

        @Test
        void repositoryIndexAndLoad() throws Exception {
            target.assumeExtension("model_repository");
            assertThat(call(
                                    "RepositoryIndex",
                                    RepositoryIndexRequest.getDefaultInstance(),
                                    RepositoryIndexResponse.getDefaultInstance())
                            .getModelsList())
                    .anyMatch(model -> model.getName().equals(target.model()));
            Metadata key = new Metadata();
            key.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), target.authorization());
            Channel manager = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(key));
            RepositoryModelLoadRequest load = RepositoryModelLoadRequest.newBuilder()
                    .setModelName(target.model())
                    .build();
            call(manager, SERVICE + "RepositoryModelLoad", load, RepositoryModelLoadResponse.getDefaultInstance());
            assertThatThrownBy(() -> call(
                            manager,
                            SERVICE + "RepositoryModelLoad",
                            load.toBuilder().setModelName("no-such-model").build(),
                            RepositoryModelLoadResponse.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class);
        }

        @Test
        void modelStatistics() {
            target.assumeExtension("statistics");
            infer(raw());
            ModelStatisticsResponse statistics = call(
                    "ModelStatistics",
                    ModelStatisticsRequest.newBuilder().setName(target.model()).build(),
                    ModelStatisticsResponse.getDefaultInstance());
            assertThat(statistics
                            .getModelStats(0)
                            .getInferenceStats()
                            .getSuccess()
                            .getCount())
                    .isPositive();
        }

        @Test
        void modelConfig() {
            target.assumeExtension("model_configuration");
            ModelConfigResponse config = call(
                    "ModelConfig",
                    ModelConfigRequest.newBuilder().setName(target.model()).build(),
                    ModelConfigResponse.getDefaultInstance());
            assertThat(config.getConfig().getName()).isEqualTo(target.model());
            assertThat(config.getConfig().getInput(0).getName())
                    .isEqualTo(
                            target.metadata().path("inputs").get(0).path("name").asText());
        }

        @Test
        void health() {
            assertThat(call(
                                    channel,
                                    "grpc.health.v1.Health/Check",
                                    HealthCheckRequest.getDefaultInstance(),
                                    HealthCheckResponse.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        }
    }
}
