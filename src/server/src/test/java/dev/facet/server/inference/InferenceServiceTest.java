package dev.facet.server.inference;

import static dev.facet.server.testing.InferRequests.post;
import static dev.facet.server.testing.InferRequests.withImage;
import static dev.facet.server.testing.InferRequests.withTensor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.facet.core.pack.PackWriter;
import dev.facet.protocol.health.HealthCheckRequest;
import dev.facet.protocol.health.HealthCheckResponse;
import dev.facet.protocol.health.HealthCheckResponse.ServingStatus;
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
import dev.facet.protocol.inference.ModelRepositoryParameter;
import dev.facet.protocol.inference.ModelStatisticsRequest;
import dev.facet.protocol.inference.ModelStatisticsResponse;
import dev.facet.protocol.inference.ModelStreamInferResponse;
import dev.facet.protocol.inference.RepositoryIndexRequest;
import dev.facet.protocol.inference.RepositoryIndexResponse;
import dev.facet.protocol.inference.RepositoryModelLoadRequest;
import dev.facet.protocol.inference.RepositoryModelLoadResponse;
import dev.facet.protocol.inference.RepositoryModelUnloadRequest;
import dev.facet.protocol.inference.RepositoryModelUnloadResponse;
import dev.facet.protocol.inference.ServerLiveRequest;
import dev.facet.protocol.inference.ServerLiveResponse;
import dev.facet.protocol.inference.ServerMetadataRequest;
import dev.facet.protocol.inference.ServerMetadataResponse;
import dev.facet.protocol.inference.ServerReadyRequest;
import dev.facet.protocol.inference.ServerReadyResponse;
import dev.facet.server.testing.GrpcClient;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.InferRequests;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class InferenceServiceTest {
    private static final String BINARY = "\"parameters\":{\"binary_data_output\":true},";
    private static final float[] VALUES = values(3 * 32 * 48);
    private static final byte[] JPEG = Images.image("jpg", 60, 80, 3);

    private GrpcClient client;

    private static float[] values(int count) {
        SplittableRandom random = new SplittableRandom(6);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return values;
    }

    @BeforeEach
    void connect() {
        client = new GrpcClient();
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private static ModelInferRequest.Builder tensor(float[] values, long... shape) {
        return named("edges", "FP32", shape).addRawInputContents(ByteString.copyFrom(InferRequests.bytes(values)));
    }

    private static ModelInferRequest.Builder named(String model, String datatype, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName("image").setDatatype(datatype);
        for (long extent : shape) {
            input.addShape(extent);
        }
        return ModelInferRequest.newBuilder().setModelName(model).addInputs(input);
    }

    private ModelInferResponse infer(ModelInferRequest.Builder request) {
        return client.call("ModelInfer", request.build(), ModelInferResponse.getDefaultInstance());
    }

    private static byte[] overHttp(float[] values, long... shape) {
        return post("/v2/models/edges/infer", withTensor(BINARY, values, shape)).bytes();
    }

    @Test
    void saysWhatThereIs() {
        assertThat(client.call(
                                "ServerLive",
                                ServerLiveRequest.getDefaultInstance(),
                                ServerLiveResponse.getDefaultInstance())
                        .getLive())
                .isTrue();
        assertThat(client.call(
                                "ServerReady",
                                ServerReadyRequest.getDefaultInstance(),
                                ServerReadyResponse.getDefaultInstance())
                        .getReady())
                .isTrue();
        ServerMetadataResponse server = client.call(
                "ServerMetadata",
                ServerMetadataRequest.getDefaultInstance(),
                ServerMetadataResponse.getDefaultInstance());
        assertThat(server.getName()).isEqualTo("facet");
        assertThat(server.getExtensionsList()).contains("model_repository");
        ModelMetadataResponse model = client.call(
                "ModelMetadata",
                ModelMetadataRequest.newBuilder().setName("segmentation").build(),
                ModelMetadataResponse.getDefaultInstance());
        assertThat(model.getVersionsList()).containsExactly("1");
        assertThat(model.getInputs(0).getShapeList()).containsExactly(-1L, 3L, -1L, -1L);
        assertThat(model.getOutputs(0).getName()).isEqualTo("output");
        ModelConfigResponse config = client.call(
                "ModelConfig",
                ModelConfigRequest.newBuilder()
                        .setName("edges.image")
                        .setVersion("1")
                        .build(),
                ModelConfigResponse.getDefaultInstance());
        assertThat(config.getConfig().getInput(0).getDataType().name()).isEqualTo("TYPE_STRING");
        assertThat(config.getConfig().getParametersMap().get("facet.task").getStringValue())
                .isEqualTo("edges");
        assertThat(client.call(
                                "ModelReady",
                                ModelReadyRequest.newBuilder().setName("edges").build(),
                                ModelReadyResponse.getDefaultInstance())
                        .getReady())
                .isTrue();
        assertThat(client.call(
                                "RepositoryIndex",
                                RepositoryIndexRequest.newBuilder()
                                        .setReady(true)
                                        .build(),
                                RepositoryIndexResponse.getDefaultInstance())
                        .getModelsList())
                .anyMatch(entry -> entry.getName().equals("depth.image")
                        && entry.getState().equals("READY"));
    }

    @Test
    void rawBytesGetTheBitsThatTheyGetOverHttp() {
        ModelInferResponse answer =
                infer(tensor(VALUES, 1, 3, 32, 48).setId("7").setModelVersion("1"));

        assertThat(answer.getId()).isEqualTo("7");
        assertThat(answer.getModelName()).isEqualTo("edges");
        assertThat(answer.getModelVersion()).isEqualTo("1");
        assertThat(answer.getOutputs(0).getShapeList()).containsExactly(1L, 1L, 32L, 48L);
        assertThat(answer.getOutputs(0).hasContents()).isFalse();
        assertThat(answer.getRawOutputContents(0).toByteArray()).isEqualTo(overHttp(VALUES, 1, 3, 32, 48));
        assertThat(answer.getParametersMap().get("facet_pack_digest").getStringParam())
                .isEqualTo(given().get("/v1/packs/edges").jsonPath().getString("versions[0].digest"));
    }

    @Test
    void contentsOfATypeAreAnsweredWithSuch() {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (float value : VALUES) {
            contents.addFp32Contents(value);
        }
        ModelInferRequest.Builder request = named("edges", "FP32", 1, 3, 32, 48);
        request.getInputsBuilder(0).setContents(contents);

        ModelInferResponse answer = infer(request);

        float[] expected = InferRequests.floats(overHttp(VALUES, 1, 3, 32, 48));
        List<Float> values = answer.getOutputs(0).getContents().getFp32ContentsList();
        assertThat(values).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(values.get(i)).isEqualTo(expected[i]);
        }
        request.putParameters(
                "binary_data_output",
                InferParameter.newBuilder().setBoolParam(true).build());
        assertThat(infer(request).getRawOutputContents(0).size()).isEqualTo(4 * expected.length);
    }

    @Test
    void largeAnswersComeWhole() {
        float[] large = values(4 * 3 * 256 * 320);
        ModelInferResponse answer = infer(tensor(large, 4, 3, 256, 320));
        assertThat(answer.getRawOutputContents(0).toByteArray()).isEqualTo(overHttp(large, 4, 3, 256, 320));
    }

    @Test
    void takesImages() {
        byte[] png =
                post("/v2/models/edges.image/infer", withImage(BINARY, JPEG)).bytes();
        ModelInferResponse raw = infer(
                named("edges.image", "BYTES", 1).addRawInputContents(ByteString.copyFrom(InferRequests.element(JPEG))));
        assertThat(raw.getRawOutputContents(0).toByteArray()).isEqualTo(png);
        assertThat(raw.getOutputs(0).getParametersMap().get("content_type").getStringParam())
                .isEqualTo("image/png");

        ModelInferRequest.Builder typed = named("edges.image", "BYTES", 1)
                .putParameters(
                        "format",
                        InferParameter.newBuilder().setStringParam("npy").build())
                .putParameters(
                        "side", InferParameter.newBuilder().setInt64Param(32).build());
        typed.getInputsBuilder(0)
                .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFrom(JPEG)));
        byte[] npy = given().contentType("image/jpeg")
                .queryParam("side", 32)
                .body(JPEG)
                .post("/v1/edges.npy")
                .asByteArray();
        assertThat(infer(typed).getOutputs(0).getContents().getBytesContents(0).toByteArray())
                .isEqualTo(npy);
    }

    @Test
    void readsCompressedMessages() {
        try (GrpcClient compressing = new GrpcClient(CallOptions.DEFAULT.withCompression("gzip"))) {
            ModelInferResponse answer = compressing.call(
                    "ModelInfer", tensor(VALUES, 1, 3, 32, 48).build(), ModelInferResponse.getDefaultInstance());
            assertThat(answer.getRawOutputContents(0).toByteArray()).isEqualTo(overHttp(VALUES, 1, 3, 32, 48));
            // A small message that is no small one.
            ModelInferRequest.Builder bomb = tensor(new float[25 << 20], 1, 3, 32, 48);
            failed(
                    () -> compressing.call("ModelInfer", bomb.build(), ModelInferResponse.getDefaultInstance()),
                    Status.Code.RESOURCE_EXHAUSTED,
                    "once it is decoded");
        }
    }

    @Test
    void saysWhatIsWrong() {
        refused(tensor(VALUES, 1, 3, 48), Status.Code.INVALID_ARGUMENT, "[batch, 3, height, width]");
        refused(tensor(new float[7], 1, 3, 32, 48), Status.Code.INVALID_ARGUMENT, "values=7, expected 4608");
        refused(tensor(VALUES, 1, 3, 32, 48).clearRawInputContents(), Status.Code.INVALID_ARGUMENT, "contents: none");
        refused(
                tensor(VALUES, 1, 3, 32, 48).addRawInputContents(ByteString.EMPTY),
                Status.Code.INVALID_ARGUMENT,
                "one for each");
        refused(
                tensor(VALUES, 1, 3, 32, 48)
                        .addOutputs(InferRequestedOutputTensor.newBuilder().setName("logits")),
                Status.Code.INVALID_ARGUMENT,
                "outputs=[logits]");
        refused(tensor(VALUES, 1, 3, 32, 48).setModelName("nobody"), Status.Code.NOT_FOUND, "nobody");
        refused(tensor(VALUES, 1, 3, 32, 48).setModelVersion("9"), Status.Code.NOT_FOUND, "edges@9");
        refused(tensor(new float[3 * 1100], 1, 3, 1, 1100), Status.Code.RESOURCE_EXHAUSTED, "at most 1024");
        ModelInferRequest.Builder both = tensor(VALUES, 1, 3, 32, 48);
        both.getInputsBuilder(0).setContents(InferTensorContents.newBuilder().addFp32Contents(1));
        refused(both, Status.Code.INVALID_ARGUMENT, "beside raw_input_contents");
        ModelInferRequest.Builder other = named("edges", "FP32", 1, 3, 1, 1);
        other.getInputsBuilder(0).setContents(InferTensorContents.newBuilder().addFp64Contents(1));
        refused(other, Status.Code.INVALID_ARGUMENT, "other contents");
        ModelInferRequest.Builder late = tensor(VALUES, 1, 3, 32, 48)
                .putParameters(
                        "timeout", InferParameter.newBuilder().setInt64Param(1).build());
        refused(late, Status.Code.DEADLINE_EXCEEDED, "deadline");
        ModelInferRequest.Builder many = tensor(VALUES, 1, 3, 32, 48);
        for (int i = 0; i < 100; i++) {
            many.addOutputs(InferRequestedOutputTensor.getDefaultInstance());
        }
        refused(many, Status.Code.INVALID_ARGUMENT, "more than 64");
        failed(
                () -> client.call(
                        "ModelInfer",
                        ModelRepositoryParameter.newBuilder().setInt64Param(3).build(),
                        ModelInferResponse.getDefaultInstance()),
                Status.Code.INVALID_ARGUMENT,
                "isn't a ModelInferRequest");
        failed(
                () -> client.call(
                        "Nothing", ServerLiveRequest.getDefaultInstance(), ServerLiveResponse.getDefaultInstance()),
                Status.Code.UNIMPLEMENTED,
                "no such method");
        failed(
                () -> client.call(
                        "ModelReady",
                        ModelReadyRequest.newBuilder()
                                .setName("x".repeat(70_000))
                                .build(),
                        ModelReadyResponse.getDefaultInstance()),
                Status.Code.RESOURCE_EXHAUSTED,
                "body too large");
    }

    private void refused(ModelInferRequest.Builder request, Status.Code code, String detail) {
        failed(() -> infer(request), code, detail);
    }

    private static void failed(Runnable call, Status.Code code, String detail) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode())
                                .as(failure.toString())
                                .isEqualTo(code))
                .hasMessageContaining(detail);
    }

    @Test
    void aStreamAnswersInOrderAndGoesOnAfterAFailure() throws Exception {
        List<ModelStreamInferResponse> answers = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> ended = new CompletableFuture<>();
        StreamObserver<ModelInferRequest> requests = client.stream(
                "ModelStreamInfer",
                ModelInferRequest.getDefaultInstance(),
                ModelStreamInferResponse.getDefaultInstance(),
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
        float[] large = values(3 * 320 * 320);
        for (int i = 0; i < 12; i++) {
            requests.onNext(
                    i == 5
                            ? tensor(VALUES, 1, 3, 1).setId("5").build()
                            : i % 2 == 0
                                    ? tensor(large, 1, 3, 320, 320)
                                            .setId("" + i)
                                            .build()
                                    : tensor(VALUES, 1, 3, 32, 48).setId("" + i).build());
        }
        requests.onCompleted();
        ended.get(2, TimeUnit.MINUTES);

        assertThat(answers).hasSize(12);
        for (int i = 0; i < 12; i++) {
            ModelStreamInferResponse answer = answers.get(i);
            if (i == 5) {
                assertThat(answer.getErrorMessage()).contains("shape");
            } else {
                assertThat(answer.getErrorMessage()).isEmpty();
                assertThat(answer.getInferResponse().getId()).isEqualTo("" + i);
            }
        }
        assertThat(answers.get(1).getInferResponse().getRawOutputContents(0).toByteArray())
                .isEqualTo(overHttp(VALUES, 1, 3, 32, 48));
        assertThat(answers.get(0).getInferResponse().getRawOutputContents(0).toByteArray())
                .isEqualTo(overHttp(large, 1, 3, 320, 320));
    }

    @Test
    void onlyWhoHasTheKeyLoadsAndUnloads() {
        byte[] pack = PackWriter.toBytes(SyntheticModels.pack("over-grpc", "3", SyntheticModels.EDGES, 73));
        RepositoryModelLoadRequest load = RepositoryModelLoadRequest.newBuilder()
                .setModelName("over-grpc")
                .putParameters(
                        "config",
                        ModelRepositoryParameter.newBuilder()
                                .setStringParam("{}")
                                .build())
                .putParameters(
                        "file:3/model.safetensors",
                        ModelRepositoryParameter.newBuilder()
                                .setBytesParam(ByteString.copyFrom(pack))
                                .build())
                .build();
        RepositoryModelUnloadRequest unload = RepositoryModelUnloadRequest.newBuilder()
                .setModelName("over-grpc")
                .build();
        failed(() -> manage(client, "RepositoryModelLoad", load), Status.Code.UNAUTHENTICATED, "management needs");
        failed(() -> manage(client, "RepositoryModelUnload", unload), Status.Code.UNAUTHENTICATED, "management needs");

        try (GrpcClient manager = new GrpcClient().with("authorization", Uploads.authorization())) {
            manage(manager, "RepositoryModelLoad", load);
            assertThat(status("over-grpc")).isEqualTo(ServingStatus.SERVING);
            assertThat(infer(tensor(VALUES, 1, 3, 32, 48).setModelName("over-grpc"))
                            .getModelVersion())
                    .isEqualTo("3");
            RepositoryModelLoadRequest damaged = load.toBuilder()
                    .putParameters(
                            "file:3/model.safetensors",
                            ModelRepositoryParameter.newBuilder()
                                    .setBytesParam(ByteString.copyFrom(pack, 0, 1000))
                                    .build())
                    .build();
            failed(() -> manage(manager, "RepositoryModelLoad", damaged), Status.Code.INVALID_ARGUMENT, "");
            manage(manager, "RepositoryModelUnload", unload);
            failed(() -> manage(manager, "RepositoryModelUnload", unload), Status.Code.NOT_FOUND, "over-grpc");
        }
    }

    private static void manage(GrpcClient who, String method, Message request) {
        who.call(
                method,
                request,
                method.endsWith("Unload")
                        ? RepositoryModelUnloadResponse.getDefaultInstance()
                        : RepositoryModelLoadResponse.getDefaultInstance());
    }

    private ServingStatus status(String service) {
        return client.callAny(
                        "grpc.health.v1.Health/Check",
                        HealthCheckRequest.newBuilder().setService(service).build(),
                        HealthCheckResponse.getDefaultInstance())
                .getStatus();
    }

    @Test
    void healthIsThatOfTheServerAndOfEachModel() {
        assertThat(status("")).isEqualTo(ServingStatus.SERVING);
        assertThat(status("inference.GRPCInferenceService")).isEqualTo(ServingStatus.SERVING);
        assertThat(status("edges.image")).isEqualTo(ServingStatus.SERVING);
        failed(() -> status("nobody"), Status.Code.NOT_FOUND, "no such service");

        Iterator<HealthCheckResponse> watched = client.watch(
                "grpc.health.v1.Health/Watch",
                HealthCheckRequest.newBuilder().setService("watched").build(),
                HealthCheckResponse.getDefaultInstance());
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
        Uploads.put(
                        "watched/versions/1",
                        PackWriter.toBytes(SyntheticModels.pack("watched", "1", SyntheticModels.EDGES, 74)))
                .status(201);
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        Uploads.managed().delete("/v1/packs/watched/versions/1").then().statusCode(204);
        assertThat(watched.next().getStatus()).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
    }

    @Test
    void statisticsAreThoseOfBothWays() {
        long before = counted();
        infer(tensor(VALUES, 1, 3, 32, 48));
        post("/v2/models/edges/infer", withTensor("", VALUES, 1, 3, 32, 48));
        assertThat(counted()).isEqualTo(before + 2);
    }

    private long counted() {
        return client.call(
                        "ModelStatistics",
                        ModelStatisticsRequest.newBuilder().setName("edges").build(),
                        ModelStatisticsResponse.getDefaultInstance())
                .getModelStats(0)
                .getInferenceCount();
    }
}
