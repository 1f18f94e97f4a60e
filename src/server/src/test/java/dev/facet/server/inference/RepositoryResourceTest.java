package dev.facet.server.inference;

import static dev.facet.server.testing.InferRequests.post;
import static dev.facet.server.testing.InferRequests.withTensor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.InferRequests.Answer;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = ModelsResource.class, restrictToAnnotatedClass = true)
class RepositoryResourceTest {
    private static final byte[] FIRST =
            PackWriter.toBytes(SyntheticModels.pack("streets", "1", SyntheticModels.EDGES, 71));
    private static final byte[] SECOND =
            PackWriter.toBytes(SyntheticModels.pack("streets", "2", SyntheticModels.EDGES, 72));
    private static final float[] VALUES = new float[3 * 32 * 32];

    private static Answer load(String model, String body) {
        return post(
                "/v2/repository/models/%s/load".formatted(model),
                body.getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", Uploads.authorization()));
    }

    private static Answer unload(String model) {
        return post(
                "/v2/repository/models/%s/unload".formatted(model),
                "{\"parameters\":{\"unload_dependents\":false}}".getBytes(StandardCharsets.UTF_8),
                Map.of("Authorization", Uploads.authorization()));
    }

    private static String file(String version, byte[] pack, String more) {
        return "{\"parameters\":{%s\"file:%s/model.safetensors\":\"%s\"}}"
                .formatted(more, version, Base64.getEncoder().encodeToString(pack));
    }

    private static int infer(String model) {
        return post("/v2/models/%s/infer".formatted(model), withTensor("", VALUES, 1, 3, 32, 32))
                .status();
    }

    private static String state(String model, String version) {
        JsonNode index = post("/v2/repository/index", new byte[0], Map.of()).document();
        return StreamSupport.stream(index.spliterator(), false)
                .filter(entry -> entry.path("name").asText().equals(model)
                        && entry.path("version").asText().equals(version))
                .map(entry -> entry.path("state").asText())
                .findFirst()
                .orElse("");
    }

    @Test
    void loadsFromAFileReloadsAndUnloads() {
        Answer loaded = load("streets", file("1", FIRST, ""));
        assertThat(loaded.status()).as(loaded.document().toString()).isEqualTo(200);
        assertThat(state("streets", "1")).isEqualTo("READY");
        assertThat(state("streets.image", "1")).isEqualTo("READY");
        assertThat(infer("streets")).isEqualTo(200);
        assertThat(load("streets.image", "").status()).isEqualTo(200);

        String config =
                "\"config\":\"{\\\"name\\\":\\\"streets\\\",\\\"parameters\\\":{\\\"plan\\\":{\\\"string_value\\\":\\\"merged\\\"}}}\",";
        assertThat(load("streets", file("2", SECOND, config)).status()).isEqualTo(200);
        given().get("/v2/models/streets")
                .then()
                .body("versions", hasItems("1", "2"))
                .body("properties.'facet.plan'", equalTo("merged"));
        assertThat(post("/v2/models/streets/versions/1/infer", withTensor("", VALUES, 1, 3, 32, 32))
                        .document()
                        .path("model_version")
                        .asText())
                .isEqualTo("1");

        assertThat(unload("streets").status()).isEqualTo(200);
        assertThat(state("streets", "1")).isEmpty();
        given().get("/v2/models/streets/ready").then().statusCode(404);
        assertThat(infer("streets")).isEqualTo(404);
        assertThat(unload("streets").status()).isEqualTo(404);
        assertThat(load("streets", "").status()).isEqualTo(404);
    }

    @Test
    void whatWasUnloadedComesBackFromTheModelsFolder() {
        assertThat(unload("depth").status()).isEqualTo(200);
        assertThat(state("depth", "1")).isEqualTo("UNAVAILABLE");
        given().get("/v2/models/depth/ready").then().statusCode(404);
        given().contentType("application/json")
                .body("{\"ready\":true}")
                .post("/v2/repository/index")
                .then()
                .body("name", hasItem("edges"))
                .body("name", not(hasItem("depth")));

        assertThat(load("depth", "{}").status()).isEqualTo(200);
        assertThat(state("depth", "1")).isEqualTo("READY");
        assertThat(infer("depth")).isEqualTo(200);
        given().get("/v1/defaults/depth").then().body("pack", equalTo("depth"));
    }

    @Test
    void aRefusedFileLeavesWhatWasThere() {
        byte[] damaged = FIRST.clone();
        damaged[damaged.length - 5] ^= 1;
        refused(load("edges", file("1", damaged, "")), 422, "DIGEST_MISMATCH");
        refused(load("edges", file("1", FIRST, "")), 422, "WRONG_ADDRESS");
        refused(load("edges", file("x", FIRST, "")), 400, "INVALID_PARAMETER");
        refused(load("edges", "{\"parameters\":{\"file:1/model.onnx\":\"YQ==\"}}"), 400, "INVALID_PARAMETER");
        refused(load("edges", "{\"parameters\":{\"file:1/../a.safetensors\":\"YQ==\"}}"), 400, "INVALID_PARAMETER");
        refused(load("edges", "{\"parameters\":{\"file:1/a.safetensors\":\"!\"}}"), 400, "INVALID_BODY");
        refused(load("edges", "{\"parameters\":{\"file:1/a.safetensors\":\"YQ==\""), 400, "INVALID_BODY");
        refused(load("edges", "{\"parameters\":{\"fil\":\"YQ==\"}}"), 400, "INVALID_PARAMETER");
        refused(load("edges", "{\"parameters\":{\"config\":\"{\"}}"), 400, "INVALID_PARAMETER");
        refused(load("edges", "{\"parameters\":{\"config\":\"{\\\"name\\\":\\\"a\\\"}\"}}"), 400, "INVALID_PARAMETER");
        refused(load("edges", "[]"), 400, "INVALID_BODY");
        String files = IntStream.range(0, 20)
                .mapToObj("\"file:1/a%d.safetensors\":\"YQ==\""::formatted)
                .reduce((one, other) -> one + "," + other)
                .orElseThrow();
        refused(load("edges", "{\"parameters\":{%s}}".formatted(files)), 400, "INVALID_BODY");
        assertThat(infer("edges")).isEqualTo(200);
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.document().toString()).isEqualTo(status);
        assertThat(answer.document().path("code").asText()).isEqualTo(code);
        assertThat(answer.document().path("error").asText()).isNotBlank();
    }

    @Test
    void onlyWhoHasTheKeyLoadsAndUnloads() {
        for (String action : new String[] {"load", "unload"}) {
            given().body("{}")
                    .post("/v2/repository/models/edges/" + action)
                    .then()
                    .statusCode(401)
                    .contentType("application/json")
                    .header("WWW-Authenticate", "Bearer")
                    .body("error", containsString("management needs"));
        }
        assertThat(infer("edges")).isEqualTo(200);
        given().post("/v2/repository/index").then().statusCode(200);
        given().body("[1]").post("/v2/repository/index").then().statusCode(400);
    }
}
