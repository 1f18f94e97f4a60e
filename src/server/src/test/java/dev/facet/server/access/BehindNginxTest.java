package dev.facet.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A server without a file of keys, as nginx with its defaults calls it: from this machine, over HTTP/1.0, {@code Host} the name of
 * the upstream, and no header that tells of the client. From there a call is like one of this machine's own.
 */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class BehindNginxTest {
    private static final List<String> MANAGEMENT = List.of(
            "PUT /v1/packs/edges/versions/2",
            "DELETE /v1/packs/edges/versions/1",
            "DELETE /v1/packs/edges",
            "POST /v1/packs/edges/activate?version=1",
            "PUT /v1/defaults/edges?pack=edges",
            "GET /v1/packs/edges/versions/1",
            "GET /v1/packs/edges/versions/1/signature",
            "POST /v2/repository/models/edges/load",
            "POST /v2/repository/models/edges/unload");

    private static String status(InetAddress server, String request, String more) throws IOException {
        try (Socket socket = new Socket(server, RestAssured.port)) {
            String head = request + " HTTP/1.0\r\nHost: facet\r\nConnection: close\r\nContent-Length: 0\r\n" + more
                    + "User-Agent: curl/7.88.1\r\nAccept: */*\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    @Test
    void noManagementCallPassesWithoutTheKey() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (String call : MANAGEMENT) {
            for (String more : List.of(
                    "",
                    "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\n",
                    "Forwarded: for=127.0.0.1;host=localhost\r\n",
                    "X-Forwarded-Host: localhost\r\n")) {
                assertThat(status(loopback, call, more)).as(call + " " + more).contains(" 401 ");
            }
        }
        assertThat(status(loopback, "GET /v1/packs", "")).contains(" 200 ");
    }

    @Test
    void norFromAnotherAddress() throws IOException {
        Optional<InetAddress> other = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .findFirst();
        if (other.isPresent() && answers(other.get())) {
            for (String call : MANAGEMENT) {
                assertThat(status(other.get(), call, "")).as(call).contains(" 401 ");
            }
        }
    }

    /** The test server may listen on this machine's own address alone. */
    private static boolean answers(InetAddress address) {
        try {
            return status(address, "GET /v1/packs", "").contains(" 200 ");
        } catch (IOException e) {
            return false;
        }
    }
}
