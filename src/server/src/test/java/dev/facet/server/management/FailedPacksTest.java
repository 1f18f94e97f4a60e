package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A server with seeds that can't be served: it is up, says what is wrong, and is told what to do about it. */
@QuarkusTest
@TestProfile(FailedPacksTest.WithBrokenSeeds.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class FailedPacksTest {
    private static final byte[] IMAGE = Images.image("jpg", 40, 56, 5);
    private static final byte[] NORMALS =
            PackWriter.toBytes(SyntheticModels.pack("normals", "1", SyntheticModels.NORMALS, 61));
    private static final byte[] SALIENCY =
            PackWriter.toBytes(SyntheticModels.pack("saliency", "1", SyntheticModels.SALIENCY, 62));

    public static class WithBrokenSeeds implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("facet.packs.required", "edges,normals", "facet.packs.pinned", "depth@1");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(BrokenSeeds.class));
        }
    }

    /** Adds a seed with a flipped bit, and one that is cut off. */
    public static final class BrokenSeeds implements QuarkusTestResourceLifecycleManager {
        private final ModelsResource models = new ModelsResource();

        @Override
        public Map<String, String> start() {
            Map<String, String> settings = models.start();
            Path folder = Path.of(settings.get("facet.models.dir"));
            byte[] flipped = NORMALS.clone();
            flipped[flipped.length - 9] ^= 1;
            try {
                Files.write(folder.resolve("some-file.safetensors"), flipped);
                Files.write(folder.resolve("saliency.safetensors"), Arrays.copyOf(SALIENCY, 500));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return settings;
        }

        @Override
        public void stop() {
            models.stop();
        }
    }

    @Test
    @Order(1)
    void isUpButNotReadyWithoutARequiredPack() throws InterruptedException {
        while (given().get("/q/health/started").statusCode() != 200) {
            Thread.sleep(20);
        }
        given().get("/q/health/live").then().statusCode(200);
        given().get("/q/health/ready")
                .then()
                .statusCode(503)
                .body("checks.find { it.name == 'packs' }.data.normals", containsString("DIGEST_MISMATCH"));
        given().get("/v1/packs")
                .then()
                .statusCode(200)
                .body("failures.pack", containsInAnyOrder("normals@1", "saliency.safetensors"))
                .body("packs.find { it.name == 'normals' }.state", equalTo("failed"))
                .body("packs.find { it.name == 'edges' }.state", equalTo("open"));
        given().get("/v1/packs/normals/ready")
                .then()
                .statusCode(503)
                .body("ready", is(false))
                .body("reason", containsString("DIGEST_MISMATCH"));
        given().get("/v1/packs/saliency/ready").then().statusCode(503).body("pack", equalTo("saliency.safetensors"));
    }

    @Test
    @Order(2)
    void aRequestForABrokenPackIsRefusedAndOthersAreAnswered() {
        given().body(IMAGE)
                .contentType("image/jpeg")
                .post("/v1/normals")
                .then()
                .statusCode(503)
                .header("Retry-After", "10")
                .body("code", equalTo("PACK_UNAVAILABLE"))
                .body("pack", equalTo("normals@1"));
        given().body(IMAGE).contentType("image/jpeg").post("/v1/edges").then().statusCode(200);
    }

    @Test
    @Order(3)
    void theGoodFileOrARemovalClearsTheFailure() {
        put("normals/versions/1", NORMALS).status(201);
        given().get("/v1/packs/normals/ready").then().statusCode(200);
        given().get("/v1/packs").then().body("failures.pack", contains("saliency.safetensors"));
        given().get("/q/health/ready").then().statusCode(200);
        managed().delete("/v1/packs/saliency").then().statusCode(204);
        given().get("/v1/packs").then().body("failures", empty());
        given().body(IMAGE).contentType("image/jpeg").post("/v1/normals").then().statusCode(200);
    }
}
