package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.google.protobuf.ByteString;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.TaskKind;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.facet.protocol.inference.ModelInferResponse;
import dev.facet.server.testing.GrpcClient;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.InferRequests;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class RolloutResourceTest {
    private static final byte[] IMAGE = Images.image("jpg", 40, 56, 5);
    private static final float[] VALUES = new float[3 * 32 * 32];
    private static final byte[] SECOND = bytes("edges", "2", SyntheticModels.EDGES, 51);
    private static final String FIRST_DIGEST = PackReader.readUnbound(bytes("edges", "1", SyntheticModels.EDGES, 11))
            .digest();
    private static final String SECOND_DIGEST = PackReader.readUnbound(SECOND).digest();

    private static byte[] bytes(String name, String version, TaskKind task, long seed) {
        return PackWriter.toBytes(SyntheticModels.pack(name, version, task, seed));
    }

    @BeforeEach
    void plugSecondVersion() {
        put("edges/versions/2?activate=false", SECOND).status(201);
    }

    @AfterEach
    void removeIt() {
        managed().post("/v1/packs/edges/activate?version=1").then().statusCode(200);
        managed().delete("/v1/packs/edges/versions/2");
    }

    private static ValidatableResponse divide(String weights) {
        return managed()
                .contentType("application/json")
                .body("{\"weights\": %s}".formatted(weights))
                .put("/v1/packs/edges/traffic")
                .then();
    }

    private static String etag() {
        return given().get("/v1/packs/edges/traffic").header("ETag");
    }

    private static RequestSpecification image(String key) {
        RequestSpecification request = given().body(IMAGE).contentType("image/jpeg");
        return key == null ? request : request.header("Facet-Route-Key", key);
    }

    private static String version(String key) {
        return version(image(key).post("/v1/edges"));
    }

    /** The version that answered, and its digest goes with it. */
    private static String version(Response answer) {
        answer.then().statusCode(200);
        String version = answer.header("Facet-Pack-Version");
        assertThat(answer.header("Facet-Pack-Digest")).isEqualTo(version.equals("1") ? FIRST_DIGEST : SECOND_DIGEST);
        return version;
    }

    @Test
    void everyWayToAskIsDividedAndAKeyGetsOneVersionOnAllOfThem() {
        divide("{\"1\": 50, \"2\": 50}")
                .statusCode(200)
                .body("name", equalTo("edges"))
                .body("active", equalTo("1"))
                .body("divided", is(true))
                .body("weights", equalTo(Map.of("1", 50, "2", 50)))
                .body("previous", nullValue())
                .body("versions.digest", equalTo(List.of(FIRST_DIGEST, SECOND_DIGEST)))
                .body("versions.weight", equalTo(List.of(50, 50)))
                .body("versions.state", equalTo(List.of("open", "open")));
        Map<String, byte[]> answers = Map.of("1", values("edges@1", "any"), "2", values("edges@2", "any"));
        assertThat(answers.get("1")).isNotEqualTo(answers.get("2"));
        List<String> versions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String key = "client-" + i;
            String version = version(key);
            versions.add(version);
            assertThat(version(key)).isEqualTo(version);
            assertThat(values("edges", key)).isEqualTo(answers.get(version));
            assertThat(version(image(key).post("/v1/edges?pack=edges"))).isEqualTo(version);
            assertThat(version(image(key).post("/v1/edges?pack=edges@1"))).isEqualTo("1");
            assertThat(version(image(key).post("/v1/edges?pack=edges@2"))).isEqualTo("2");
            image(key)
                    .post("/v1/predict.json?tasks=edges,depth&packs=edges,edges@1")
                    .then()
                    .statusCode(200)
                    .body("parts[0].headers.Facet-Pack-Version", equalTo(version))
                    .body("parts[2].headers.Facet-Pack-Version", equalTo(version))
                    .body("parts[3].headers.Facet-Pack-Version", equalTo("1"));
            assertThat(ofProtocol("edges", key)).isEqualTo(version);
            assertThat(ofProtocol("edges/versions/1", key)).isEqualTo("1");
            assertThat(ofGrpc("", key)).isEqualTo(version);
            assertThat(ofGrpc("2", key)).isEqualTo("2");
        }
        assertThat(versions).contains("1", "2");
    }

    private static byte[] values(String pack, String key) {
        return image(key)
                .post("/v1/edges.npy?pack=" + pack)
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    private static String ofProtocol(String model, String key) {
        InferRequests.Answer answer = InferRequests.post(
                "/v2/models/%s.image/infer".formatted(model).replaceFirst("(/versions/.)\\.image", ".image$1"),
                IMAGE,
                Map.of("Inference-Header-Content-Length", "0", "Facet-Route-Key", key));
        assertThat(answer.status()).isEqualTo(200);
        String version = answer.document().path("model_version").asText();
        assertThat(answer.document()
                        .path("parameters")
                        .path("facet_pack_digest")
                        .asText())
                .isEqualTo(version.equals("1") ? FIRST_DIGEST : SECOND_DIGEST);
        return version;
    }

    private static String ofGrpc(String version, String key) {
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("edges")
                .setModelVersion(version)
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("FP32")
                        .addAllShape(List.of(1L, 3L, 32L, 32L)))
                .addRawInputContents(ByteString.copyFrom(InferRequests.bytes(VALUES)))
                .build();
        try (GrpcClient client = new GrpcClient().with("facet-route-key", key)) {
            ModelInferResponse answer = client.call("ModelInfer", request, ModelInferResponse.getDefaultInstance());
            String answered = answer.getModelVersion();
            assertThat(answer.getParametersMap().get("facet_pack_digest").getStringParam())
                    .isEqualTo(answered.equals("1") ? FIRST_DIGEST : SECOND_DIGEST);
            return answered;
        }
    }

    @Test
    void withoutAKeyChanceDecidesByTheWeights() {
        divide("{\"1\": 90, \"2\": 10}").statusCode(200);
        long second = IntStream.range(0, 400)
                .filter(request -> version((String) null).equals("2"))
                .count();
        // 40 are expected with a standard deviation of 6: eight of those are left on either side, and at least one.
        assertThat(second).isBetween(1L, 88L);
    }

    @Test
    void listsAndMetricsShowTheShares() {
        divide("{\"1\": 95, \"2\": 5}").statusCode(200);
        given().get("/v1/packs/edges").then().body("versions.weight", equalTo(List.of(95, 5)));
        given().get("/v1/packs")
                .then()
                .body("packs.findAll { it.name == 'edges' }.weight", equalTo(List.of(95, 5)))
                .body("packs.find { it.name == 'depth' }.weight", is(100));
        given().get("/metrics")
                .then()
                .body(containsString("facet_pack_traffic_weight{pack=\"edges\",version=\"2\"} 5.0"));
        managed().delete("/v1/packs/edges/traffic").then().statusCode(204);
        managed().delete("/v1/packs/edges/traffic").then().statusCode(204);
        given().get("/metrics").then().body(not(containsString("facet_pack_traffic_weight{")));
        given().get("/v1/packs/edges").then().body("versions.weight", equalTo(List.of(100, 0)));
    }

    @Test
    void refusesBodiesThatDivideNothing() {
        for (String bad : List.of(
                "{\"1\": 95, \"2\": 6}",
                "{\"1\": 105, \"2\": -5}",
                "{\"1\": 100}",
                "{}",
                "[]",
                "{\"1\": 50.0, \"2\": 50}",
                "{\"1\": \"50\", \"2\": 50}",
                "{\"1\": 50, \"2\": 25, \"2\": 25}",
                "{\"1\": 4294967346, \"2\": 50}",
                "{\"one\": 50, \"2\": 50}",
                "{\"1\": 89, \"2\": 1, \"3\": 1, \"4\": 1, \"5\": 1, \"6\": 1, \"7\": 1, \"8\": 1, \"9\": 1, \"10\": 1,"
                        + " \"11\": 2}",
                "{\"1\": 50, \"2\": 50}, \"more\": 1",
                "{\"1\": 50, \"2\": 50}} {")) {
            divide(bad).statusCode(400).body("code", equalTo("INVALID_BODY")).body("detail", containsString("weights"));
        }
        managed().put("/v1/packs/edges/traffic").then().statusCode(400).body("code", equalTo("INVALID_BODY"));
        managed().body("x".repeat(5000)).put("/v1/packs/edges/traffic").then().statusCode(413);
        divide("{\"1\": 50, \"7\": 50}").statusCode(404).body("code", equalTo("UNKNOWN_PACK"));
        given().get("/v1/packs/nothing/traffic").then().statusCode(404).body("code", equalTo("UNKNOWN_PACK"));
        put("edges/versions/3?activate=false", bytes("edges", "3", SyntheticModels.NORMALS, 53))
                .status(201);
        divide("{\"1\": 50, \"3\": 50}").statusCode(409).body("code", equalTo("WRONG_KIND"));
        divide("{\"2\": 50, \"3\": 50}").statusCode(409).body("code", equalTo("WRONG_VERSION"));
        managed().delete("/v1/packs/edges/versions/3").then().statusCode(204);
        given().get("/v1/packs/edges/traffic").then().statusCode(200).body("divided", is(false));
    }

    @Test
    void promotesAndRollsBackInOneCallEach() {
        managed().post("/v1/packs/edges/promote").then().statusCode(409).body("code", equalTo("WRONG_VERSION"));
        divide("{\"1\": 95, \"2\": 5}").statusCode(200);
        managed()
                .post("/v1/packs/edges/promote")
                .then()
                .statusCode(200)
                .body("active", equalTo("2"))
                .body("weights", equalTo(Map.of("2", 100)))
                .body("previous", equalTo("1"));
        assertThat(version((String) null)).isEqualTo("2");
        managed()
                .body("{\"version\": \"2\"}")
                .contentType("application/json")
                .post("/v1/packs/edges/promote")
                .then()
                .statusCode(200);
        managed().post("/v1/packs/edges/rollback").then().statusCode(200).body("active", equalTo("1"));
        assertThat(version((String) null)).isEqualTo("1");
        managed().post("/v1/packs/edges/rollback?version=1").then().statusCode(200);
        managed().post("/v1/packs/edges/rollback").then().statusCode(409).body("code", equalTo("WRONG_VERSION"));
        managed().post("/v1/packs/edges/rollback?version=one").then().statusCode(400);
        managed().post("/v1/packs/edges/promote?version=7").then().statusCode(404);
        managed().body("[]").post("/v1/packs/edges/promote").then().statusCode(400);
    }

    @Test
    void leavesAnotherStateThanTheExpectedOneAlone() {
        String before = etag();
        divide("{\"1\": 95, \"2\": 5}").statusCode(200).header("ETag", not(equalTo(before)));
        managed()
                .header("If-Match", before)
                .post("/v1/packs/edges/promote")
                .then()
                .statusCode(412)
                .body("code", equalTo("PRECONDITION_FAILED"));
        managed()
                .header("If-Match", "nonsense")
                .post("/v1/packs/edges/promote")
                .then()
                .statusCode(400);
        managed()
                .header("If-Match", "\"other\", " + etag())
                .post("/v1/packs/edges/promote")
                .then()
                .statusCode(200);
        managed()
                .header("If-Match", before)
                .delete("/v1/packs/edges/traffic")
                .then()
                .statusCode(412);
        managed()
                .header("If-Match", "*")
                .post("/v1/packs/edges/rollback")
                .then()
                .statusCode(200);
        assertThat(etag()).isEqualTo(before);
    }

    @Test
    void changesAreManagementAndAskingIsOpen() {
        given().body("{\"weights\": {\"1\": 95, \"2\": 5}}")
                .put("/v1/packs/edges/traffic")
                .then()
                .statusCode(401);
        given().delete("/v1/packs/edges/traffic").then().statusCode(401);
        given().post("/v1/packs/edges/promote").then().statusCode(401);
        given().post("/v1/packs/edges/rollback").then().statusCode(401);
        given().get("/v1/packs/edges/traffic").then().statusCode(200).body("divided", is(false));
        given().options("/v1/packs/edges/traffic").then().header("Allow", equalTo("GET, HEAD, PUT, DELETE, OPTIONS"));
        given().get("/v1/packs/edges/promote").then().statusCode(405).header("Allow", equalTo("POST, OPTIONS"));
    }

    @Test
    void refusesKeysThatAreTooLong() {
        image("k".repeat(257)).post("/v1/edges").then().statusCode(400).body("code", equalTo("INVALID_HEADER"));
        image("k".repeat(257)).post("/v1/predict?tasks=edges").then().statusCode(400);
        assertThat(image("k".repeat(256)).post("/v1/edges").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> ofGrpc("", "k".repeat(257)))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("INVALID_ARGUMENT");
    }

    @Test
    void aDryRunSaysWhatWouldHappenAndKeepsNothing() {
        divide("{\"1\": 95, \"2\": 5}").statusCode(200);
        String before = given().get("/v1/packs").asString();
        byte[] third = bytes("edges", "3", SyntheticModels.EDGES, 54);
        var answer = put("edges/versions/3?dry-run=true", third).status(200).json();
        assertThat(answer.getString("digest"))
                .isEqualTo(PackReader.readUnbound(third).digest());
        assertThat(answer.getString("plan")).isEqualTo("factored");
        assertThat(answer.getLong("memoryBytes")).isPositive();
        assertThat(answer.getBoolean("dryRun.created")).isTrue();
        assertThat(answer.getBoolean("dryRun.activated")).isTrue();
        assertThat(answer.getBoolean("dryRun.endsTraffic")).isTrue();
        assertThat(answer.getString("dryRun.answering")).isEqualTo("1");
        var aside = put("edges/versions/3?dry-run=true&activate=false&plan=merged", third)
                .status(200)
                .json();
        assertThat(aside.getString("plan")).isEqualTo("merged");
        assertThat(aside.getBoolean("dryRun.activated")).isFalse();
        assertThat(aside.getBoolean("dryRun.endsTraffic")).isFalse();
        assertThat(put("edges/versions/2?dry-run=true", SECOND)
                        .status(200)
                        .json()
                        .getBoolean("dryRun.created"))
                .isFalse();
        put("edges/versions/2?dry-run=true", third).status(422).code("WRONG_ADDRESS");
        put("edges/versions/2?dry-run=true", bytes("edges", "2", SyntheticModels.EDGES, 55))
                .status(409)
                .code("VERSION_EXISTS");
        put("edges/versions/2?dry-run=true", SECOND, "If-None-Match", "*").status(412);
        put("edges/versions/3?dry-run=true&plan=int8", third).status(422).code("PLAN_REFUSED");
        put("edges/versions/3?dry-run=yes", third).status(400).code("INVALID_PARAMETER");
        put("edges/versions/3?dry-run=true", third, "Authorization", "Bearer wrong")
                .status(401);
        assertThat(given().get("/v1/packs").asString()).isEqualTo(before);
        File uploads = Path.of(ConfigProvider.getConfig().getValue("facet.data.dir", String.class), "uploads")
                .toFile();
        assertThat(uploads.list()).isEmpty();
        given().get("/v1/packs/edges").then().body("versions.version", hasItems("1", "2"));
    }
}
