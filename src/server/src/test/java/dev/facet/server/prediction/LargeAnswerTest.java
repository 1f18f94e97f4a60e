package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import dev.facet.core.image.PngWriter;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Images of a few kilobytes whose answers are larger than all the memory that requests may hold. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(LargeAnswerTest.LittleMemory.class)
@Timeout(300)
class LargeAnswerTest {
    private static final int SIDE = 2200;
    /** 4.8 megapixels in a few kilobytes; its logits are 58 MB. */
    private static final byte[] LARGE =
            PngWriter.palette(SIDE, SIDE, new byte[SIDE * SIDE], new int[] {0x336699, 0xFFFFFF}, Map.of());

    private static final long LOGITS_BYTES = 3L * SIDE * SIDE * Float.BYTES;

    @TestHTTPResource
    URL server;

    @Inject
    MemoryBudget memory;

    public static final class LittleMemory implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "facet.limits.memory", "80M", "facet.limits.feature-memory", "0", "facet.limits.queue-wait", "1M");
        }
    }

    private HttpRequest post(String path) throws URISyntaxException {
        URI address = server.toURI().resolve(path);
        return HttpRequest.newBuilder(address)
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", "image/png")
                .POST(HttpRequest.BodyPublishers.ofByteArray(LARGE))
                .build();
    }

    private void assertNothingIsHeld() throws InterruptedException {
        while (memory.heldBytes() > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void answersLargerThanTheMemoryAreWrittenWhileTheyAreMade() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            answers.add(client.sendAsync(
                            post("/v1/segmentation.bin?raw=logits"), HttpResponse.BodyHandlers.ofInputStream())
                    .thenApply(answer -> {
                        assertThat(answer.statusCode()).isEqualTo(200);
                        assertThat(answer.headers().firstValueAsLong("Content-Length"))
                                .hasValue(LOGITS_BYTES);
                        return length(answer.body());
                    }));
        }
        for (CompletableFuture<Long> answer : answers) {
            assertThat(answer.join()).isEqualTo(LOGITS_BYTES);
        }
        assertNothingIsHeld();
    }

    private static long length(InputStream in) {
        try (in) {
            long length = 0;
            byte[] chunk = new byte[1 << 16];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                length += count;
            }
            return length;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void severalLargeAnswersComeInOneFile() throws Exception {
        HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                .send(post("/v1/predict.zip?tasks=depth,edges&format=npy"), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (ZipInputStream zip = new ZipInputStream(answer.body())) {
            for (String name : List.of("depth.npy", "edges.npy")) {
                ZipEntry entry = zip.getNextEntry();
                assertThat(entry.getName()).isEqualTo(name);
                assertThat(zip.readAllBytes()).hasSizeGreaterThan(4 * SIDE * SIDE);
            }
        }
        assertNothingIsHeld();
    }

    @Test
    void aClientThatLeavesInTheMiddleGivesTheMemoryBack() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (Socket socket = new Socket(server.getHost(), server.getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        ("POST /v1/segmentation.npy?raw=logits HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
                                        + "Content-Length: " + LARGE.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(LARGE);
                out.flush();
                assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            }
        }
        assertNothingIsHeld();
        given().body(LARGE).contentType("image/png").post("/v1/edges").then().statusCode(200);
    }

    @Test
    void whatCanNeverBeHeldIsRefusedFromItsHeaderAndSaysWhatItWouldTake() {
        byte[] bomb = PngWriter.palette(6000, 6000, new byte[6000 * 6000], new int[] {0, 0xFFFFFF}, Map.of());
        given().body(bomb)
                .contentType("image/png")
                .post("/v1/edges")
                .then()
                .statusCode(413)
                .body("code", equalTo("TOO_MUCH_MEMORY"))
                .body("neededBytes", greaterThan(100_000_000))
                .body("limit", greaterThan(1_000_000));
    }

    @Test
    void theTimeoutBoundsTheAnswerWhateverStageIsAtWork() {
        long begin = System.nanoTime();
        given().body(LARGE)
                .contentType("image/png")
                .post("/v1/predict?tasks=edges,depth,segmentation&timeout=15ms")
                .then()
                .statusCode(504)
                .body("code", equalTo("DEADLINE_EXCEEDED"));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
        given().body(LARGE).contentType("image/png").post("/v1/edges").then().statusCode(200);
    }
}
