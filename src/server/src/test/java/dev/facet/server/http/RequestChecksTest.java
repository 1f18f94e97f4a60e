package dev.facet.server.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Raw sockets, since it is about what clients see whose body is still on its way. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(RequestChecksTest.SmallLimits.class)
class RequestChecksTest {
    @TestHTTPResource
    URL server;

    public static final class SmallLimits implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("facet.limits.image-bytes", "64K", "facet.limits.pack-bytes", "64K");
        }
    }

    @Test
    void refusesTooLongABodyWhileItIsStillComing() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", "/v1/edges", "Content-Length: 30000000"));
            byte[] chunk = new byte[1 << 16];
            for (int sent = 0; sent < 30_000_000 / chunk.length; sent++) {
                out.write(chunk);
            }
            String answer = new String(socket.getInputStream().readNBytes(2000), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 413 ")
                    .containsIgnoringCase("connection: close")
                    .contains("application/problem+json")
                    .contains("BODY_TOO_LARGE");
        }
    }

    @Test
    void refusesAChunkedBodyWhenItPassesTheLimit() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("POST", "/v1/edges", "Transfer-Encoding: chunked"));
            byte[] chunk = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int sent = 0; sent < 40; sent++) {
                out.write(chunk);
            }
            assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void refusesAnUploadThatIsAnnouncedTooLong() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream()
                    .write(head(
                            "PUT", "/v1/packs/edges/versions/2", "Content-Length: 400000000", "Expect: 100-continue"));
            assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void refusesAChunkedUploadWhenItPassesTheLimit() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(head("PUT", "/v1/packs/edges/versions/2", "Transfer-Encoding: chunked"));
            byte[] chunk = ("8000\r\n" + "x".repeat(1 << 15) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            for (int sent = 0; sent < 4; sent++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void letsAClientGoOnThatAsksFirst() throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.getOutputStream().write(head("POST", "/v1/edges", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(firstLine(socket.getInputStream())).startsWith("HTTP/1.1 100 Continue");
        }
    }

    @Test
    void aSlowBodyHoldsNobodyUp() throws IOException {
        try (Socket slow = new Socket(server.getHost(), server.getPort())) {
            slow.getOutputStream().write(head("POST", "/v1/edges", "Content-Length: 1000"));
            given().get("/q/health/live").then().statusCode(200);
        }
    }

    @Test
    void answersUnknownAddressesWithAProblem() {
        for (String path :
                new String[] {"/nothing", "/v1", "/v1/nothing", "/v1/nothing/at/all", "/q/nothing", "/v1/edges/1"}) {
            given().get(path)
                    .then()
                    .statusCode(404)
                    .contentType("application/problem+json")
                    .body("code", equalTo("NOT_FOUND"));
        }
    }

    @Test
    void namesTheMethodsThatAnAddressAnswers() {
        given().get("/v1/edges")
                .then()
                .statusCode(405)
                .header("Allow", containsString("POST"))
                .contentType("application/problem+json")
                .body("code", equalTo("METHOD_NOT_ALLOWED"));
        given().delete("/v1/predict").then().statusCode(405).header("Allow", containsString("POST"));
    }

    @Test
    void namesTheMethodsOfEachAddressToWhoAsks() {
        given().options("/v1/packs").then().statusCode(204).header("Allow", equalTo("GET, HEAD, OPTIONS"));
        given().options("/v1/packs/edges/activate").then().statusCode(204).header("Allow", equalTo("POST, OPTIONS"));
    }

    private byte[] head(String method, String path, String... headers) {
        return ("%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: image/jpeg\r\n%s\r\n\r\n"
                        .formatted(method, path, Uploads.authorization(), String.join("\r\n", headers)))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String firstLine(InputStream in) throws IOException {
        return new String(in.readNBytes(24), StandardCharsets.US_ASCII);
    }
}
