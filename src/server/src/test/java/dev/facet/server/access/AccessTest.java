package dev.facet.server.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.facet.core.pack.PackWriter;
import dev.facet.protocol.health.HealthCheckRequest;
import dev.facet.protocol.health.HealthCheckResponse;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.facet.protocol.inference.ModelInferResponse;
import dev.facet.protocol.inference.ModelMetadataRequest;
import dev.facet.protocol.inference.ModelMetadataResponse;
import dev.facet.protocol.inference.ModelStreamInferResponse;
import dev.facet.protocol.inference.RepositoryIndexRequest;
import dev.facet.protocol.inference.RepositoryIndexResponse;
import dev.facet.protocol.inference.RepositoryModelLoadRequest;
import dev.facet.protocol.inference.RepositoryModelLoadResponse;
import dev.facet.protocol.inference.RepositoryModelUnloadRequest;
import dev.facet.protocol.inference.RepositoryModelUnloadResponse;
import dev.facet.protocol.inference.ServerReadyRequest;
import dev.facet.protocol.inference.ServerReadyResponse;
import dev.facet.server.testing.GrpcClient;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.InferRequests;
import dev.facet.server.testing.KeysResource;
import dev.facet.server.testing.LogLines;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server with a file of keys. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(AccessTest.WithKeys.class)
class AccessTest {
    public static final class WithKeys implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(KeysResource.class));
        }
    }

    private static final byte[] JPEG = Images.image("jpg", 60, 80, 3);
    private static final byte[] PACK =
            PackWriter.toBytes(SyntheticModels.pack("guarded", "1", SyntheticModels.EDGES, 91));
    private static final int PATIENCE = 600;

    private static RequestSpecification bearing(String key) {
        return given().header("Authorization", "Bearer " + key);
    }

    private static ValidatableResponse predict(RequestSpecification request) {
        return request.contentType("image/jpeg").body(JPEG).post("/v1/edges").then();
    }

    private static Path file() {
        return Path.of(ConfigProvider.getConfig().getValue("facet.access.keys", String.class));
    }

    private static void write(String text) throws IOException {
        Path beside = file().resolveSibling(file().getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(beside, file(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Waits for the server to have looked at the file. */
    private static void until(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < PATIENCE && !condition.call(); i++) {
            Thread.sleep(100);
        }
        assertThat(condition.call()).isTrue();
    }

    private static int statusOfList(String key) {
        return bearing(key).get("/v1/packs").statusCode();
    }

    private static String problemOfKeys() {
        return given().get("/q/health/ready")
                .then()
                .statusCode(200)
                .extract()
                .path("checks.find { it.name == 'keys' }.data.problem");
    }

    @AfterEach
    void asAtTheStart() throws Exception {
        write(KeysResource.text());
        until(() -> problemOfKeys() == null && statusOfList(KeysResource.PREDICT) == 200);
    }

    @Test
    void probesMetricsPageAndContractStayOpen() {
        for (String path : List.of(
                "/",
                "/metrics",
                "/q/metrics",
                "/q/openapi",
                "/q/swagger-ui/",
                "/q/health/live",
                "/q/health/ready",
                "/q/health/started",
                "/v2/health/live",
                "/v2/health/ready",
                "/v2/models/edges/ready",
                "/v1/packs/edges/ready")) {
            given().get(path).then().statusCode(200);
            bearing(KeysResource.WRONG).get(path).then().statusCode(200);
        }
        String page = given().get("/").asString();
        for (String of : List.of("css", "js", "jpg")) {
            String address = page.replaceAll("(?s).*\"([^\"]*\\." + of + ")\".*", "$1");
            given().get("/" + address).then().statusCode(200);
        }
        given().options("/v1/edges").then().statusCode(204);
        try (GrpcClient client = new GrpcClient()) {
            client.call(
                    "ServerReady", ServerReadyRequest.getDefaultInstance(), ServerReadyResponse.getDefaultInstance());
            client.callAny(
                    "grpc.health.v1.Health/Check",
                    HealthCheckRequest.getDefaultInstance(),
                    HealthCheckResponse.getDefaultInstance());
        }
    }

    @Test
    void everythingElseWantsAKey() {
        for (String path :
                List.of("/v1/packs", "/v1/packs/edges", "/v1/defaults", "/v1/bank", "/v1/nothing", "/v1;a=b/packs")) {
            given().get(path)
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", "Bearer")
                    .body("code", equalTo("UNAUTHORIZED"));
            bearing(KeysResource.WRONG).get(path).then().statusCode(401);
        }
        for (String path : List.of("/v2", "/v2/models/edges", "/v2/models/stats", "/v2/models/edges/config")) {
            given().get(path)
                    .then()
                    .statusCode(401)
                    .contentType("application/json")
                    .header("WWW-Authenticate", "Bearer")
                    .body("error", containsString("needs the header"));
            for (String key : List.of(KeysResource.PREDICT, KeysResource.MANAGE)) {
                bearing(key).get(path).then().statusCode(200);
            }
        }
        given().get("/v1/packs?key=" + KeysResource.PREDICT).then().statusCode(401);
        given().auth()
                .preemptive()
                .basic("camera", KeysResource.PREDICT)
                .get("/v1/packs")
                .then()
                .statusCode(401);
        given().header("X-Api-Key", KeysResource.PREDICT)
                .get("/v1/packs")
                .then()
                .statusCode(200);
        bearing(KeysResource.PREDICT)
                .header("X-Api-Key", KeysResource.WRONG)
                .get("/v1/packs")
                .then()
                .statusCode(401);
    }

    @Test
    void aKeyPredictsOverEveryProtocolIfItHasTheScope() {
        predict(given()).statusCode(401).contentType("application/problem+json");
        predict(bearing(KeysResource.WRONG)).statusCode(401);
        predict(bearing(KeysResource.MANAGE))
                .statusCode(403)
                .header("WWW-Authenticate", nullValue())
                .body("code", equalTo("FORBIDDEN"))
                .body("detail", containsString("'predict'"));
        predict(bearing(KeysResource.PREDICT)).statusCode(200);
        bearing(KeysResource.MANAGE)
                .contentType("image/jpeg")
                .body(JPEG)
                .post("/v1;a=b/edges")
                .then()
                .statusCode(404);
        bearing(KeysResource.MANAGE)
                .contentType("image/jpeg")
                .body(JPEG)
                .post("/v1/predict?tasks=edges")
                .then()
                .statusCode(403);

        byte[] tensor = InferRequests.withTensor("", new float[3 * 32 * 32], 1, 3, 32, 32);
        assertThat(InferRequests.post("/v2/models/edges/infer", tensor).status())
                .isEqualTo(401);
        bearing(KeysResource.MANAGE)
                .post("/v2/models/edges/infer")
                .then()
                .statusCode(403)
                .body("error", containsString("scope"));
        given().header("X-Api-Key", KeysResource.PREDICT)
                .contentType("application/json")
                .body("{}")
                .post("/v2/models/edges/infer")
                .then()
                .statusCode(400);

        assertThat(code(infer(null))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(infer(KeysResource.WRONG))).isEqualTo(Status.Code.UNAUTHENTICATED);
        assertThat(code(infer(KeysResource.MANAGE))).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(code(infer(KeysResource.PREDICT))).isEqualTo(Status.Code.OK);
        assertThat(code(() -> call(
                        "x-api-key",
                        KeysResource.PREDICT,
                        "ModelMetadata",
                        ModelMetadataRequest.newBuilder().setName("edges").build(),
                        ModelMetadataResponse.getDefaultInstance())))
                .isEqualTo(Status.Code.OK);
        assertThat(code(() -> call(
                        "x-other",
                        "1",
                        "ModelMetadata",
                        ModelMetadataRequest.newBuilder().setName("edges").build(),
                        ModelMetadataResponse.getDefaultInstance())))
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    private static ModelInferRequest inferRequest() {
        InferInputTensor input = InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("FP32")
                .addAllShape(List.of(1L, 3L, 32L, 32L))
                .build();
        return ModelInferRequest.newBuilder()
                .setModelName("edges")
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(InferRequests.bytes(new float[3 * 32 * 32])))
                .build();
    }

    private static Runnable infer(String key) {
        return () -> call(
                key == null ? "x-other" : "authorization",
                "Bearer " + key,
                "ModelInfer",
                inferRequest(),
                ModelInferResponse.getDefaultInstance());
    }

    private static void call(String header, String value, String method, Message request, Message answer) {
        try (GrpcClient client = new GrpcClient().with(header, value)) {
            client.call(method, request, answer);
        }
    }

    private static Status.Code code(Runnable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::run);
        return failure == null ? Status.Code.OK : failure.getStatus().getCode();
    }

    @Test
    void onlyTheScopeManageManages() {
        for (String key : List.of(KeysResource.PREDICT, KeysResource.WRONG, "")) {
            int expected = key.equals(KeysResource.PREDICT) ? 403 : 401;
            Status.Code grpc = expected == 403 ? Status.Code.PERMISSION_DENIED : Status.Code.UNAUTHENTICATED;
            Uploads.put("guarded/versions/1", PACK, "Authorization", "Bearer " + key)
                    .status(expected);
            bearing(key).delete("/v1/packs/edges/versions/1").then().statusCode(expected);
            bearing(key).delete("/v1/packs/edges").then().statusCode(expected);
            bearing(key).post("/v1/packs/edges/activate?version=1").then().statusCode(expected);
            bearing(key).put("/v1/defaults/edges?pack=edges").then().statusCode(expected);
            bearing(key).get("/v1/packs/edges/versions/1").then().statusCode(expected);
            bearing(key).get("/v1/packs/edges/versions/1/signature").then().statusCode(expected);
            bearing(key).post("/v2/repository/index").then().statusCode(expected);
            bearing(key).post("/v2/repository/models/edges/load").then().statusCode(expected);
            bearing(key).post("/v2/repository/models/edges/unload").then().statusCode(expected);
            assertThat(code(() -> call(
                            "authorization",
                            "Bearer " + key,
                            "RepositoryIndex",
                            RepositoryIndexRequest.getDefaultInstance(),
                            RepositoryIndexResponse.getDefaultInstance())))
                    .isEqualTo(grpc);
            assertThat(code(() -> call(
                            "authorization",
                            "Bearer " + key,
                            "RepositoryModelLoad",
                            RepositoryModelLoadRequest.newBuilder()
                                    .setModelName("edges")
                                    .build(),
                            RepositoryModelLoadResponse.getDefaultInstance())))
                    .isEqualTo(grpc);
            assertThat(code(() -> call(
                            "authorization",
                            "Bearer " + key,
                            "RepositoryModelUnload",
                            RepositoryModelUnloadRequest.newBuilder()
                                    .setModelName("edges")
                                    .build(),
                            RepositoryModelUnloadResponse.getDefaultInstance())))
                    .isEqualTo(grpc);
        }
        bearing(KeysResource.MANAGE).get("/v1/packs").then().statusCode(200).body("packs.name", hasItem("edges"));
        try (LogLines audit = new LogLines("facet.audit")) {
            Uploads.put("guarded/versions/1", PACK, "Authorization", "Bearer " + KeysResource.MANAGE)
                    .status(201);
            bearing(KeysResource.MANAGE)
                    .delete("/v1/packs/guarded/versions/1")
                    .then()
                    .statusCode(204);
            bearing(KeysResource.PREDICT)
                    .delete("/v1/packs/edges/versions/1")
                    .then()
                    .statusCode(403);
            assertThat(audit.lines()).hasSize(3);
            assertThat(audit.lines().get(0))
                    .contains("PUT /v1/packs/guarded/versions/1", "outcome=done", "key=ops", "address=127.0.0.1")
                    .doesNotContain("digest=unknown");
            assertThat(audit.lines().get(2)).contains("outcome=FORBIDDEN", "status=403", "key=camera");
        }
        bearing(KeysResource.MANAGE).post("/v2/repository/index").then().statusCode(200);
        assertThat(code(() -> call(
                        "x-api-key",
                        KeysResource.MANAGE,
                        "RepositoryIndex",
                        RepositoryIndexRequest.getDefaultInstance(),
                        RepositoryIndexResponse.getDefaultInstance())))
                .isEqualTo(Status.Code.OK);
    }

    @Test
    void noKeyIsMadeWhereThereIsAFileOfKeys() {
        Path data = Path.of(ConfigProvider.getConfig().getValue("facet.data.dir", String.class));
        assertThat(data).isDirectory();
        assertThat(data.resolve(ManagementKey.FILE)).doesNotExist();
    }

    @Test
    void keysComeAndGoWhileTheServerRuns() throws Exception {
        String next = KeysResource.WRONG.replace("Wrong", "Later");
        assertThat(statusOfList(next)).isEqualTo(401);
        BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        try (GrpcClient client = new GrpcClient().with("authorization", "Bearer " + KeysResource.PREDICT)) {
            StreamObserver<ModelInferRequest> stream = client.stream(
                    "ModelStreamInfer",
                    ModelInferRequest.getDefaultInstance(),
                    ModelStreamInferResponse.getDefaultInstance(),
                    new StreamObserver<ModelStreamInferResponse>() {
                        @Override
                        public void onNext(ModelStreamInferResponse answer) {
                            answers.add(answer.getErrorMessage());
                        }

                        @Override
                        public void onError(Throwable failure) {
                            answers.add("ended: " + failure);
                        }

                        @Override
                        public void onCompleted() {}
                    });
            stream.onNext(inferRequest());
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();

            write(KeysResource.text() + KeysResource.line("camera", next, "predict"));
            until(() -> statusOfList(next) == 200);
            assertThat(statusOfList(KeysResource.PREDICT)).isEqualTo(200);
            stream.onNext(inferRequest());
            assertThat(answers.poll(60, TimeUnit.SECONDS)).isEmpty();

            write(KeysResource.text().replaceFirst("camera .*\n", KeysResource.line("camera", next, "predict")));
            until(() -> statusOfList(KeysResource.PREDICT) == 401);
            assertThat(statusOfList(next)).isEqualTo(200);
            stream.onNext(inferRequest());
            assertThat(answers.poll(60, TimeUnit.SECONDS))
                    .as("a stream that the old key began")
                    .contains("right key");
            stream.onCompleted();
        }
    }

    @Test
    void aFileThatCanNotBeUsedChangesNothing() throws Exception {
        try (LogLines log = new LogLines("dev.facet")) {
            write(KeysResource.text() + "camera " + KeysResource.WRONG + " predict\n");
            until(() -> problemOfKeys() != null);
            assertThat(problemOfKeys())
                    .contains("line=5", "the former keys stay")
                    .doesNotContain(KeysResource.WRONG);
            assertThat(statusOfList(KeysResource.PREDICT)).isEqualTo(200);
            assertThat(statusOfList(KeysResource.WRONG)).isEqualTo(401);
            assertThat(given().get("/metrics").asString()).contains("facet_keys_refused 1.0");

            Files.delete(file());
            until(() -> problemOfKeys() != null && problemOfKeys().contains("can't be read"));
            assertThat(statusOfList(KeysResource.PREDICT)).isEqualTo(200);

            write("");
            until(() -> problemOfKeys() != null && problemOfKeys().contains("no keys"));
            assertThat(statusOfList(KeysResource.PREDICT)).isEqualTo(200);

            write(KeysResource.text());
            until(() -> problemOfKeys() == null);
            assertThat(given().get("/metrics").asString()).contains("facet_keys_refused 0.0");
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("keys stay as they were"))
                    .hasSize(3);
            assertThat(log.lines()).noneMatch(line -> line.contains(KeysResource.WRONG));
        }
    }

    @Test
    void aKeyThatAsksTooFastIsToldWhenToComeAgain() {
        for (int i = 7; i >= 3; i--) {
            bearing(KeysResource.SLOW)
                    .get("/v1/packs")
                    .then()
                    .statusCode(200)
                    .header("RateLimit-Policy", "\"requests\";q=8;w=80000")
                    .header("RateLimit", containsString("\"requests\";r=" + i + ";t="));
        }
        assertThat(code(infer(KeysResource.SLOW))).isEqualTo(Status.Code.OK);
        predict(bearing(KeysResource.SLOW)).statusCode(200);
        bearing(KeysResource.SLOW).delete("/v1/packs/edges/versions/1").then().statusCode(403);
        String wait = predict(bearing(KeysResource.SLOW))
                .statusCode(429)
                .body("code", equalTo("RATE_EXCEEDED"))
                .header("RateLimit", containsString("r=0"))
                .extract()
                .header("Retry-After");
        assertThat(Integer.parseInt(wait)).isBetween(1, 10_000);
        assertThat(code(infer(KeysResource.SLOW))).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        bearing(KeysResource.SLOW).get("/q/health/live").then().statusCode(200);
        predict(bearing(KeysResource.PREDICT)).statusCode(200).header("RateLimit", nullValue());
    }

    @Test
    void aKeyThatHasUsedItsPixelsIsToldWhenToComeAgain() {
        int answered = 0;
        while (predict(bearing(KeysResource.SMALL)).extract().statusCode() == 200) {
            answered++;
            assertThat(answered).isLessThan(20);
        }
        assertThat(answered).isPositive();
        String wait = predict(bearing(KeysResource.SMALL))
                .statusCode(429)
                .body("code", equalTo("QUOTA_EXCEEDED"))
                .body("limit", equalTo(100_000))
                .header("RateLimit", containsString("\"pixels-per-day\";r="))
                .extract()
                .header("Retry-After");
        assertThat(Integer.parseInt(wait)).isBetween(1, 86_400);
        byte[] large = Images.image("png", 400, 400, 5);
        bearing(KeysResource.SMALL)
                .contentType("image/png")
                .body(large)
                .post("/v1/edges?tile=128&overlap=16")
                .then()
                .statusCode(429)
                .header("Retry-After", nullValue())
                .body("detail", containsString("more than the key's quota"));
        bearing(KeysResource.SMALL).get("/v1/packs").then().statusCode(200);
        predict(bearing(KeysResource.PREDICT)).statusCode(200);
    }

    @Test
    void aWrongKeyIsRefusedBeforeAByteOfTheBodyIsSent() throws IOException {
        for (String request : List.of(
                "POST /v1/edges",
                "PUT /v1/packs/edges/versions/2",
                "POST /v2/models/edges/infer",
                "POST /v2/repository/models/edges/load")) {
            try (Socket socket = new Socket("localhost", RestAssured.port)) {
                socket.getOutputStream()
                        .write("%s HTTP/1.1\r\nHost: facet\r\nX-Api-Key: %s\r\nContent-Length: 20000000\r\n\r\n"
                                .formatted(request, KeysResource.WRONG)
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 401");
            }
        }
    }

    @Test
    void tenThousandWrongKeysLeaveNothingBehind() throws IOException {
        double before = metric("facet_http_refused_total{reason=\"unauthorized\"}");
        try (LogLines audit = new LogLines("facet.audit");
                Socket socket = new Socket("localhost", RestAssured.port)) {
            for (int round = 0; round < 100; round++) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < 100; i++) {
                    requests.append(
                            "DELETE /v1/packs/edges/versions/1 HTTP/1.1\r\nHost: facet\r\nX-Api-Key: facet_%043d\r\n\r\n"
                                    .formatted(100 * round + i));
                }
                socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
                assertThat(refusals(socket, 100)).isEqualTo(100);
                if (round % 20 == 0) {
                    predict(bearing(KeysResource.PREDICT)).statusCode(200);
                }
            }
            predict(bearing(KeysResource.PREDICT)).statusCode(200);
            assertThat(audit.lines()).hasSizeBetween(1, 5_000);
        }
        assertThat(metric("facet_http_refused_total{reason=\"unauthorized\"}")).isEqualTo(before + 10_000);
        assertThat(metric("facet_queue_depth")).isZero();
        bearing(KeysResource.PREDICT).get("/v1/packs").then().statusCode(200).body("packs.name", hasItem("edges"));
    }

    /** Reads answers until there are so many with 401, or the connection ends. */
    private static int refusals(Socket socket, int expected) throws IOException {
        byte[] buffer = new byte[1 << 16];
        StringBuilder answers = new StringBuilder();
        int count = 0;
        int end = 0;
        while (count < expected || !answers.toString().endsWith("}")) {
            int read = socket.getInputStream().read(buffer);
            if (read < 0) {
                break;
            }
            answers.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
            for (int at = answers.indexOf("HTTP/1.1 401", end); at >= 0; at = answers.indexOf("HTTP/1.1 401", end)) {
                count++;
                end = at + 1;
            }
        }
        return count;
    }

    private static double metric(String name) {
        return given().get("/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noKeyGetsIntoALogWhereverItWasPut() {
        String own = "an-operators-word";
        try (LogLines log = new LogLines("")) {
            for (String key : List.of(KeysResource.PREDICT, KeysResource.MANAGE, KeysResource.WRONG, own)) {
                predict(bearing(key));
                predict(given().header("X-Api-Key", key));
                predict(bearing(KeysResource.PREDICT).queryParam("key", key));
                predict(bearing(KeysResource.PREDICT).queryParam("pack", key));
                bearing(KeysResource.MANAGE)
                        .header("X-Request-Id", key.equals(own) ? "plain" : key)
                        .delete("/v1/packs/absent/versions/1");
                bearing(KeysResource.MANAGE).delete("/v1/packs/absent/versions/1?access_token=" + key);
                bearing(KeysResource.MANAGE).delete("/v1/packs/absent/versions/1?" + key);
                given().delete("/v1/packs/absent/versions/1?api_key=" + key);
                given().auth().preemptive().basic("ops", key).delete("/v1/packs/edges/versions/1");
                given().header("Authorization", key).delete("/v1/packs/edges/versions/1");
                given().header("Cookie", "key=" + key).delete("/v1/packs/edges/versions/1");
                Uploads.put(
                        "guarded/versions/1",
                        PACK,
                        "Authorization",
                        "Bearer " + KeysResource.MANAGE,
                        "Facet-Signature",
                        key);
                bearing(KeysResource.MANAGE)
                        .body("{\"version\":\"" + key + "\"}")
                        .post("/v1/packs/edges/activate");
                bearing(KeysResource.MANAGE).body("{\"key\":\"" + key + "\"}").post("/v2/repository/models/edges/load");
                infer(key).toString();
                code(infer(key));
                if (!key.equals(own)) {
                    bearing(KeysResource.MANAGE).delete("/v1/packs/" + key + "/versions/1");
                    bearing(KeysResource.MANAGE).post("/v1/packs/edges/activate?version=" + key);
                    bearing(KeysResource.MANAGE).post("/v2/repository/models/" + key + "/unload");
                }
            }
            assertThat(log.lines()).as("lines were seen").anyMatch(line -> line.contains("key=ops"));
            for (String key : List.of(KeysResource.PREDICT, KeysResource.MANAGE, KeysResource.WRONG, own)) {
                assertThat(log.lines())
                        .noneMatch(line -> line.contains(key) || line.contains(key.substring("facet_".length())));
            }
        }
    }
}
