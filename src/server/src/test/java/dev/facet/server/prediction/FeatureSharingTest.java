package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.image.PngWriter;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Isolation holds whoever shares features: the same bits with them computed, found, or waited for. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class FeatureSharingTest {
    private static final List<String> KINDS = List.of("edges", "segmentation");

    /** The same pixels in every file; the text makes each file another one. */
    private static byte[] png(String text) {
        byte[] rgb = new byte[60 * 80 * 3];
        new SplittableRandom(4).nextBytes(rgb);
        return PngWriter.rgb8(60, 80, rgb, Map.of("Comment", text));
    }

    private static Response ask(String kind, byte[] image) {
        return given().contentType("image/png")
                .accept("application/x-npy")
                .queryParam("raw", "logits")
                .body(image)
                .post("/v1/" + kind);
    }

    private static String prefix(Response response) {
        return response.header("Server-Timing").replaceAll(".*prefix;desc=([a-z]+);.*", "$1");
    }

    @Test
    void anAnswerHasTheSameBitsOnComputedAndOnFoundFeatures() {
        for (String kind : KINDS) {
            byte[] image = png("alone " + kind);
            Response computed = ask(kind, image);
            Response found = ask(kind, image);
            Response computedAgain = ask(kind, png("another file " + kind));
            assertThat(prefix(computed)).isEqualTo("miss");
            assertThat(prefix(found)).isEqualTo("hit");
            assertThat(prefix(computedAgain)).isEqualTo("miss");
            assertThat(found.asByteArray()).isEqualTo(computed.asByteArray()).isEqualTo(computedAgain.asByteArray());
        }
    }

    @Test
    void theSecondPackOfAnImageTakesTheFeaturesOfTheFirst() {
        byte[] image = png("two packs");
        assertThat(prefix(ask(KINDS.get(0), image))).isEqualTo("miss");
        Response second = ask(KINDS.get(1), image);
        assertThat(prefix(second)).isEqualTo("hit");
        assertThat(second.asByteArray())
                .isEqualTo(ask(KINDS.get(1), png("the second alone")).asByteArray());
    }

    @Test
    void requestsAtTheSameTimeShareAndGiveTheBitsOfSingleOnes() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(6);
        try {
            for (int round = 0; round < 5; round++) {
                byte[] image = png("at the same time " + round);
                List<Future<Response>> answers = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    String kind = KINDS.get(i % 2);
                    answers.add(clients.submit(() -> ask(kind, image)));
                }
                int computed = 0;
                for (int i = 0; i < 6; i++) {
                    Response answer = answers.get(i).get();
                    computed += prefix(answer).equals("miss") ? 1 : 0;
                    assertThat(answer.asByteArray())
                            .isEqualTo(ask(KINDS.get(i % 2), png("alone")).asByteArray());
                }
                assertThat(computed).as("runs of the prefix").isEqualTo(1);
            }
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void theBankReportsThePrefixOnceAndMetricsCountWhatWasShared() {
        ask("edges", png("counted"));
        ask("edges", png("counted"));
        List<String> sessions = given().get("/v1/bank").jsonPath().getList("memory.sessions.signature");
        assertThat(sessions.stream().filter(name -> name.startsWith("prefix/")))
                .containsExactly(
                        "prefix/resnet18/os16/conv1-to-layer2",
                        "prefix/resnet18/os16/layer2-to-layer3",
                        "prefix/resnet18/os16/layer3-to-layer4");
        assertThat(given().get("/q/metrics").asString())
                .contains("facet_features_total{result=\"hit\"}")
                .contains("facet_features_kept_bytes")
                .containsPattern("facet_engine_cpu_seconds_total [0-9.E-]*[1-9]");
    }
}
