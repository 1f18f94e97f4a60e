package dev.facet.server.metrics;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Await;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ObservedServer;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The series of packs that come and go, on a server that has metrics of few packs. */
@QuarkusTest
@TestProfile(ObservedServer.class)
class PackSeriesTest {
    private static final byte[] JPEG = Images.image("jpg", 40, 56, 5);

    private static void plug(String name, String version, long seed) {
        byte[] file = PackWriter.toBytes(SyntheticModels.pack(name, version, SyntheticModels.EDGES, seed));
        put("%s/versions/%s".formatted(name, version), file).status(201);
    }

    private static void ask(String pack) {
        given().contentType("image/jpeg")
                .body(JPEG)
                .post("/v1/edges?pack=" + pack)
                .then()
                .statusCode(200);
    }

    private static void remove(String name, String version) {
        managed()
                .delete("/v1/packs/%s/versions/%s".formatted(name, version))
                .then()
                .statusCode(204);
    }

    private static String metrics() {
        return given().get("/metrics").asString();
    }

    private static long count(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(metrics())
                .results()
                .count();
    }

    @Test
    void eachVersionHasItsOwnAndTakesThemAlong() throws Exception {
        plug("rolled", "1", 101);
        plug("rolled", "2", 102);
        ask("rolled@1");
        ask("rolled@2");
        for (String version : new String[] {"1", "2"}) {
            String labels = "pack=\"rolled\",version=\"" + version + "\"";
            assertThat(metrics())
                    .contains("facet_requests_total{kind=\"edges\",outcome=\"ok\"," + labels + "} 1.0")
                    .contains("facet_prediction_duration_seconds_count{kind=\"edges\"," + labels + "} 1");
            for (String stage : new String[] {"queue", "decode", "input", "compute", "encode", "write"}) {
                String series =
                        "^facet_stage_duration_seconds_count\\{pack=\"rolled\",stage=\"%s\",version=\"%s\"} [1-9]"
                                .formatted(stage, version);
                assertThat(Await.until(() -> count(series), found -> found == 1))
                        .as(series)
                        .isEqualTo(1);
            }
        }
        assertThat(count("^facet_pack_resident\\{digest=\"[0-9a-f]{64}\",[^}]*pack=\"rolled\""))
                .isEqualTo(2);

        remove("rolled", "1");
        assertThat(count("pack=\"rolled\",[^}]*version=\"1\"")).isZero();
        assertThat(count("pack=\"rolled\",[^}]*version=\"2\"")).isPositive();
        remove("rolled", "2");
        assertThat(count("\"rolled\"")).isZero();
    }

    @Test
    void packsBeyondTheLimitShareTheirs() {
        for (int version = 1; version <= ObservedServer.METRIC_PACKS + 2; version++) {
            plug("many", Integer.toString(version), 110 + version);
            ask("many@" + version);
        }
        assertThat(count("^facet_requests_total\\{[^}]*outcome=\"ok\",pack=\"many\""))
                .isPositive()
                .isLessThanOrEqualTo(ObservedServer.METRIC_PACKS);
        assertThat(count("^facet_requests_total\\{[^}]*outcome=\"ok\",pack=\"_other\",version=\"_other\"} [1-9]"))
                .isEqualTo(1);
        for (int version = 1; version <= ObservedServer.METRIC_PACKS + 2; version++) {
            remove("many", Integer.toString(version));
        }
        assertThat(count("\"many\"")).isZero();
    }
}
