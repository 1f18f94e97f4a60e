package dev.facet.server.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.protocol.inference.ModelReadyRequest;
import dev.facet.protocol.inference.ModelReadyResponse;
import dev.facet.server.testing.Await;
import dev.facet.server.testing.GrpcClient;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.LogRecords;
import dev.facet.server.testing.LogRecords.Line;
import dev.facet.server.testing.ObservedServer;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(ObservedServer.class)
class AccessLogTest {
    private static final byte[] JPEG = Images.image("jpg", 40, 56, 5);

    private static List<Line> of(LogRecords log, String id) throws InterruptedException {
        return Await.until(
                () -> log.lines().stream()
                        .filter(line -> id.equals(line.mdc().get("requestId")))
                        .toList(),
                lines -> !lines.isEmpty());
    }

    @Test
    void hasALineForEachRequestThatNamesThePackAndItsDigest() throws Exception {
        try (LogRecords log = new LogRecords("facet.access")) {
            Response answer = given().header("X-Request-Id", "access-1")
                    .contentType("image/jpeg")
                    .body(JPEG)
                    .post("/v1/edges?side=32");

            String pack = "edges@1:" + answer.header("Facet-Pack-Digest");
            Line line = of(log, "access-1").get(0);
            assertThat(line.text())
                    .startsWith("access: method=POST, path=/v1/edges, status=200, bytesIn=" + JPEG.length)
                    .contains("packs=" + pack)
                    .endsWith("requestId=access-1");
            assertThat(line.mdc())
                    .containsEntry("method", "POST")
                    .containsEntry("path", "/v1/edges")
                    .containsEntry("status", "200")
                    .containsEntry("packs", pack)
                    .containsEntry("traceId", answer.header("traceresponse").split("-")[1])
                    .containsKeys("bytesOut", "millis", "address");
            given().header("X-Request-Id", "access-2")
                    .get("/v1/packs/none")
                    .then()
                    .statusCode(404);
            assertThat(of(log, "access-2").get(0).mdc()).containsEntry("status", "404");
        }
    }

    @Test
    void hasTheStatusOfACallOfGrpc() throws Exception {
        try (LogRecords log = new LogRecords("facet.access");
                GrpcClient client = new GrpcClient().with("x-request-id", "access-3")) {
            client.call(
                    "ModelReady",
                    ModelReadyRequest.newBuilder().setName("edges").build(),
                    ModelReadyResponse.getDefaultInstance());

            assertThat(of(log, "access-3").get(0).mdc())
                    .containsEntry("path", "/inference.GRPCInferenceService/ModelReady")
                    .containsEntry("status", "200")
                    .containsEntry("grpcStatus", "0");
        }
    }

    @Test
    void noLogHasASecret() throws Exception {
        try (LogRecords log = new LogRecords("")) {
            for (String method : List.of("GET", "DELETE", "PUT")) {
                given().header("X-Request-Id", "access-4")
                        .header("Authorization", "Bearer hush-1")
                        .header("X-Api-Key", "hush-2")
                        .cookie("session", "hush-3")
                        .queryParam("key", "hush-4")
                        .queryParam("version", "1")
                        .request(method, "/v1/packs/edges/versions/1");
            }
            List<Line> lines = Await.until(() -> of(log, "access-4", "facet.access"), found -> found.size() == 3);
            assertThat(lines).hasSize(3);
            assertThat(of(log, "access-4", "facet.audit")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(log.lines())
                    .allSatisfy(line -> assertThat(line.toString()).doesNotContain("hush-"));
        }
    }

    private static List<Line> of(LogRecords log, String id, String category) {
        return log.lines().stream()
                .filter(line ->
                        line.category().equals(category) && id.equals(line.mdc().get("requestId")))
                .toList();
    }
}
