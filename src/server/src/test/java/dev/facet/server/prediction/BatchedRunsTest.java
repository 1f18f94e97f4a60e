package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.image.PngWriter;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A server that is set as on a GPU: padded inputs, one run at a time, which takes the images of all who wait. */
@QuarkusTest
@TestProfile(BatchedRunsTest.AsOnAGpu.class)
class BatchedRunsTest {
    private static final List<String> KINDS = List.of("edges", "segmentation", "depth");
    private static final int REQUESTS = 24;

    public static final class AsOnAGpu implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "facet.engine.batch", "4",
                    "facet.engine.concurrency", "1",
                    "facet.engine.size-multiple", "64",
                    "facet.limits.feature-memory", "0",
                    "facet.limits.queue-wait", "60S");
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ModelsResource.class));
        }
    }

    private static byte[] image(int seed) {
        byte[] rgb = new byte[40 * 60 * 3];
        new SplittableRandom(seed).nextBytes(rgb);
        return PngWriter.rgb8(40, 60, rgb, Map.of());
    }

    private static byte[] ask(int request) {
        return given().contentType("image/png")
                .accept("application/x-npy")
                .queryParam("raw", "logits")
                .body(image(request))
                .post("/v1/" + KINDS.get(request % KINDS.size()))
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    @Test
    void requestsThatAreRunTogetherGetTheBitsOfSingleOnes() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(REQUESTS);
        try {
            List<Future<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                int request = i;
                answers.add(clients.submit(() -> ask(request)));
            }
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(answers.get(i).get()).as("request %d", i).isEqualTo(ask(i));
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
