package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a real process shows: being killed, being stopped, and clients that go away. */
class ServerProcessTest {
    private static byte[] image;
    private static byte[] pack;

    @TempDir
    private Path data;

    @BeforeAll
    static void readFiles() throws IOException {
        image = Files.readAllBytes(ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg"));
        pack = Files.readAllBytes(ServerUnderTest.ROOT.resolve("models/extra/streets.safetensors"));
    }

    @Test
    void losesNothingWhenItIsKilledInTheMiddleOfAnUpload() throws Exception {
        String version = version();
        byte[] edges;
        byte[] streets;
        try (ServerUnderTest server = ServerUnderTest.start(data)) {
            edges = server.answer("edges", image);
            assertThat(upload(server, "streets", version).statusCode()).isEqualTo(201);
            streets = server.answer("segmentation.npy?pack=streets", image);
            // A second upload of which the last byte never comes; then the process is gone.
            try (Socket half = server.begin(
                    "PUT", "/v1/packs/other/versions/1", "application/octet-stream", pack, pack.length - 1)) {
                await(() -> partial(data).stream().anyMatch(file -> size(file) > 1_000_000));
                server.process().destroyForcibly().waitFor();
            }
        }
        assertThat(partial(data)).as("what the kill left behind").isNotEmpty();
        try (ServerUnderTest server = ServerUnderTest.start(data)) {
            assertThat(partial(data)).isEmpty();
            assertThat(server.get("/v1/packs/other").statusCode()).isEqualTo(404);
            assertThat(server.answer("edges", image)).isEqualTo(edges);
            assertThat(server.answer("segmentation.npy?pack=streets", image)).isEqualTo(streets);
            HttpResponse<byte[]> list = server.get("/v1/packs");
            assertThat(new String(list.body(), StandardCharsets.UTF_8)).contains("\"failures\":[]");
        }
    }

    @Test
    void survivesClientsThatBreakOff() throws Exception {
        try (ServerUnderTest server = ServerUnderTest.start(data)) {
            byte[] edges = server.answer("edges", image);
            for (int i = 0; i < 20; i++) {
                server.begin(
                                "PUT",
                                "/v1/packs/other/versions/1",
                                "application/octet-stream",
                                pack,
                                pack.length * i / 20)
                        .close();
                server.begin("POST", "/v1/edges", "image/jpeg", image, image.length * i / 20)
                        .close();
                // The whole image, and nobody there to take the answer.
                server.begin("POST", "/v1/edges", "image/jpeg", image, image.length)
                        .close();
            }
            await(() -> partial(data).isEmpty());
            assertThat(server.get("/v1/packs/other").statusCode()).isEqualTo(404);
            assertThat(server.answer("edges", image)).isEqualTo(edges);
            assertThat(server.get("/q/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void finishesWhatIsUnderWayWhenItIsStopped() throws Exception {
        try (ServerUnderTest server = ServerUnderTest.start(data, "-Dquarkus.shutdown.delay=2S")) {
            byte[] edges = server.answer("edges", image);
            List<CompletableFuture<HttpResponse<byte[]>>> underWay = Stream.generate(() -> server.image("edges", image))
                    .limit(4)
                    .map(request -> server.client().sendAsync(request, BodyHandlers.ofByteArray()))
                    .toList();
            server.process().destroy();
            await(() -> server.get("/q/health/ready").statusCode() == 503);
            for (CompletableFuture<HttpResponse<byte[]>> answer : underWay) {
                assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
                assertThat(answer.get().body()).isEqualTo(edges);
            }
            assertThat(server.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(server.process().exitValue()).as("128 + SIGTERM").isEqualTo(143);
        }
    }

    private static HttpResponse<byte[]> upload(ServerUnderTest server, String name, String version)
            throws IOException, InterruptedException {
        HttpRequest request = server.request("/v1/packs/%s/versions/%s".formatted(name, version))
                .header("Content-Type", "application/octet-stream")
                .header("Authorization", server.authorization())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(pack))
                .build();
        return server.client().send(request, BodyHandlers.ofByteArray());
    }

    /** The version that the pack says it is. */
    private static String version() {
        return PackReader.readUnbound(pack).manifest().version();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it happens within a minute").isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static List<Path> partial(Path data) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve("uploads"))) {
            return files.toList();
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }
}
