package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.managed;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The project's central claim, on a running server under load. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class IsolationTest {
    private static final byte[] IMAGE = Images.image("png", 48, 64, 8);
    private static final List<String> CALLS = List.of("/v1/edges", "/v1/segmentation", "/v1/depth");
    private static final int ROUNDS = 4;

    private record Answer(String digest, byte[] content) {}

    private static Answer ask(String call) {
        Response response =
                given().body(IMAGE).contentType("image/png").accept("image/png").post(call);
        assertThat(response.statusCode())
                .as("%s: %s", call, response.asString())
                .isEqualTo(200);
        return new Answer(response.header("Facet-Pack-Digest"), response.asByteArray());
    }

    private static void put(String address, byte[] pack) {
        Uploads.put(address, pack).status(201);
    }

    private static void delete(String address) {
        managed().delete("/v1/packs/" + address).then().statusCode(204);
    }

    @Test
    void pluggingReplacingAndRemovingPacksLeavesOtherAnswersBitIdentical() throws Exception {
        Map<String, Answer> before = new ConcurrentHashMap<>();
        CALLS.forEach(call -> before.put(call, ask(call)));
        byte[] first = PackWriter.toBytes(SyntheticModels.pack("saliency", "1", SyntheticModels.SALIENCY, 41));
        byte[] second = PackWriter.toBytes(SyntheticModels.pack("saliency", "2", SyntheticModels.SALIENCY, 42));
        byte[] normals = PackWriter.toBytes(SyntheticModels.pack("normals", "1", SyntheticModels.NORMALS, 43));
        Map<String, byte[]> swapped = new ConcurrentHashMap<>();
        put("saliency/versions/1", first);
        Answer one = ask("/v1/saliency");
        swapped.put(one.digest(), one.content());
        put("saliency/versions/2", second);
        Answer two = ask("/v1/saliency");
        swapped.put(two.digest(), two.content());
        assertThat(swapped).hasSize(2);
        assertThat(two.content()).isNotEqualTo(one.content());

        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService clients = Executors.newFixedThreadPool(CALLS.size() + 1);
        List<Future<Integer>> loads = new ArrayList<>();
        int port = RestAssured.port;
        for (String call : CALLS) {
            loads.add(clients.submit(() -> {
                int answers = 0;
                for (; !stop.get(); answers++) {
                    Answer answer = ask(call);
                    assertThat(answer.digest()).isEqualTo(before.get(call).digest());
                    assertThat(Arrays.equals(answer.content(), before.get(call).content()))
                            .as("bits of %s on port %d", call, port)
                            .isTrue();
                }
                return answers;
            }));
        }
        loads.add(clients.submit(() -> {
            int answers = 0;
            for (; !stop.get(); answers++) {
                Answer answer = ask("/v1/saliency");
                assertThat(swapped).containsKey(answer.digest());
                assertThat(Arrays.equals(answer.content(), swapped.get(answer.digest())))
                        .as("bits of the pack that the answer names")
                        .isTrue();
            }
            return answers;
        }));
        try {
            for (int round = 0; round < ROUNDS; round++) {
                put("normals/versions/1", normals);
                managed().post("/v1/packs/saliency/activate?version=1").then().statusCode(200);
                delete("saliency/versions/2");
                put("saliency/versions/2", second);
                ask("/v1/normals");
                delete("normals/versions/1");
                delete("saliency/versions/1");
                put("saliency/versions/1", first);
            }
        } finally {
            stop.set(true);
            clients.shutdown();
        }
        for (Future<Integer> load : loads) {
            assertThat(load.get(60, TimeUnit.SECONDS)).isPositive();
        }
        delete("saliency/versions/1");
        delete("saliency/versions/2");
        for (String call : CALLS) {
            assertThat(ask(call).content()).isEqualTo(before.get(call).content());
        }
    }
}
