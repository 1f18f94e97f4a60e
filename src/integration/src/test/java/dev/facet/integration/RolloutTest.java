package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.cli.sample.PackFile;
import dev.facet.core.digest.Sha256;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a pack on a running server, as docs/rollout.md tells it: tried, 5 %, promoted, rolled back, and killed in between. */
class RolloutTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SIDE = 32;
    private static final int KEYS = 1000;

    private static byte[] first;
    private static byte[] second;
    private static String active;
    private static String trial;

    @TempDir
    private Path data;

    private ServerUnderTest server;

    @BeforeAll
    static void makeSecondVersion() throws IOException {
        first = Files.readAllBytes(ServerUnderTest.ROOT.resolve("models/edges.safetensors"));
        active = PackReader.readUnbound(first).manifest().version();
        trial = Integer.toString(Integer.parseInt(active) + 1);
        second = PackFile.parse(first).copy("edges", trial, "the new version");
    }

    @Test
    void aNewVersionIsRolledOutAndBackWithoutAFailedRequest() throws Exception {
        Map<String, String> digests = Map.of(active, Sha256.hex(first), trial, Sha256.hex(second));
        TreeMap<String, String> byKey = new TreeMap<>();
        String state;
        server = ServerUnderTest.start(data);
        try {
            JsonNode tried = put("versions/%s?dry-run=true".formatted(trial), second);
            assertThat(tried.path("digest").asText()).isEqualTo(digests.get(trial));
            assertThat(tried.path("dryRun").path("answering").asText()).isEqualTo(active);
            put("versions/%s?activate=false".formatted(trial), second);

            JsonNode divided = put("traffic", weights(95, 5));
            assertThat(divided.path("divided").asBoolean()).isTrue();
            for (int key = 0; key < KEYS; key++) {
                Answer answer = ask("key-" + key);
                assertThat(answer.digest()).isEqualTo(digests.get(answer.version()));
                byKey.put("key-" + key, answer.version());
            }
            long onTrial = byKey.values().stream().filter(trial::equals).count();
            // The keys are the same in every run: none of this is chance.
            assertThat(onTrial).isBetween(30L, 70L);
            assertThat(counted(trial)).isEqualTo(onTrial);
            assertThat(counted(active)).isEqualTo(KEYS - onTrial);
            assertThat(text("/metrics"))
                    .contains("facet_pack_traffic_weight{pack=\"edges\",version=\"%s\"} 5.0".formatted(trial));

            changeUnderLoad(digests);

            put("traffic", weights(95, 5));
            state = text("/v1/packs/edges/traffic");
            server.process().destroyForcibly().waitFor();
        } finally {
            server.close();
        }
        server = ServerUnderTest.start(data);
        try {
            assertThat(withoutStates(text("/v1/packs/edges/traffic"))).isEqualTo(withoutStates(state));
            for (int key = 0; key < KEYS; key += 20) {
                assertThat(ask("key-" + key).version()).isEqualTo(byKey.get("key-" + key));
            }
        } finally {
            server.close();
        }
    }

    /** Promotion, roll-back and all else that changes who answers, while clients ask without a pause. */
    private void changeUnderLoad(Map<String, String> digests) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        ExecutorService clients = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                asking.add(clients.submit(() -> {
                    while (!over.get()) {
                        Answer answer = ask(null);
                        if (!answer.digest().equals(digests.get(answer.version()))) {
                            wrong.add(answer.toString());
                        }
                        answered.incrementAndGet();
                    }
                    return null;
                }));
            }
            for (int round = 0; round < 3; round++) {
                await(answered, 20);
                assertThat(post("promote").path("active").asText()).isEqualTo(trial);
                assertThat(ask(null).version()).isEqualTo(trial);
                await(answered, 20);
                assertThat(post("rollback").path("active").asText()).isEqualTo(active);
                assertThat(ask(null).version()).isEqualTo(active);
                await(answered, 20);
                put("traffic", weights(50, 50));
                await(answered, 20);
                assertThat(post("rollback").path("divided").asBoolean()).isFalse();
                put("traffic", weights(95, 5));
            }
            await(answered, 20);
            over.set(true);
            for (Future<?> client : asking) {
                client.get();
            }
        } finally {
            over.set(true);
            clients.shutdown();
        }
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isGreaterThan(240);
    }

    private static void await(AtomicInteger answered, int more) throws InterruptedException {
        int goal = answered.get() + more;
        long end = System.nanoTime() + 60_000_000_000L;
        while (answered.get() < goal) {
            assertThat(System.nanoTime()).as("clients get answers").isLessThan(end);
            Thread.sleep(5);
        }
    }

    /** Which version answered. */
    private record Answer(String version, String digest) {}

    /** Asks by a small tensor, which costs little. */
    private Answer ask(String key) throws IOException, InterruptedException {
        byte[] document = ("{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,3,%d,%d],"
                        + "\"parameters\":{\"binary_data_size\":%d}}]}")
                .formatted(SIDE, SIDE, 3 * SIDE * SIDE * Float.BYTES)
                .getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = server.request("/v2/models/edges/infer")
                .header("Inference-Header-Content-Length", Integer.toString(document.length))
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofByteArray(document),
                        BodyPublishers.ofByteArray(new byte[3 * SIDE * SIDE * Float.BYTES])));
        if (key != null) {
            request.header("Facet-Route-Key", key);
        }
        HttpResponse<String> response = server.client().send(request.build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new Answer(
                response.headers().firstValue("Facet-Pack-Version").orElseThrow(),
                response.headers().firstValue("Facet-Pack-Digest").orElseThrow());
    }

    /** How many requests to a version the server has counted. */
    private long counted(String version) throws IOException, InterruptedException {
        return JSON.readTree(text("/v2/models/edges/versions/%s/stats".formatted(version)))
                .path("model_stats")
                .path(0)
                .path("inference_stats")
                .path("success")
                .path("count")
                .asLong();
    }

    private static byte[] weights(int ofActive, int ofTrial) {
        return "{\"weights\": {\"%s\": %d, \"%s\": %d}}"
                .formatted(active, ofActive, trial, ofTrial)
                .getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode put(String path, byte[] body) throws IOException, InterruptedException {
        return send(server.request("/v1/packs/edges/" + path).PUT(BodyPublishers.ofByteArray(body)));
    }

    private JsonNode post(String path) throws IOException, InterruptedException {
        return send(server.request("/v1/packs/edges/" + path).POST(BodyPublishers.noBody()));
    }

    private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = server.client()
                .send(request.header("Authorization", server.authorization()).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
        return JSON.readTree(response.body());
    }

    private String text(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = server.get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** The state without what a start changes: whether packs are in memory. */
    private static String withoutStates(String traffic) {
        return traffic.replaceAll("\"state\":\"[a-z]+\"", "");
    }
}
