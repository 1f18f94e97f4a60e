package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandTest {
    @TempDir
    private static Path folder;

    private static Path pack;

    private final List<String> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 201;
    private String answer = "{}";

    @BeforeAll
    static void writePack() throws IOException {
        pack = folder.resolve("edges.safetensors");
        PackWriter.write(
                pack,
                RandomModels.pack(
                        RandomModels.bank(Architecture.RESNET18, false, 1), Modulation.RC, new Edges("boundaries"), 2));
    }

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            received.add("%s %s key=%s signature=%s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            exchange.getRequestHeaders().getFirst("Facet-Signature")));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private String publish(String... more) {
        List<String> arguments = new ArrayList<>(List.of("publish", pack.toString(), "--server", url()));
        arguments.addAll(List.of(more));
        CommandRun published = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(published.code()).as(published.err()).isZero();
        return published.out();
    }

    @Test
    void saysWhereThePackIsNowAndWhetherItWasThere() {
        String address = url() + "/v1/packs/random-edges/versions/1";
        assertThat(publish("--key", "secret")).startsWith("published: " + address + ", digest=");
        status = 200;
        assertThat(publish("--key", "secret", "--json"))
                .contains("\"address\":\"" + address)
                .contains("\"created\":false", "\"active\":true");
        assertThat(publish("--key", "secret", "--no-activate"))
                .startsWith("the server has it already: " + address + ", digest=");
        assertThat(received)
                .containsExactly(
                        "PUT /v1/packs/random-edges/versions/1?activate=true key=Bearer secret signature=null",
                        "PUT /v1/packs/random-edges/versions/1?activate=true key=Bearer secret signature=null",
                        "PUT /v1/packs/random-edges/versions/1?activate=false key=Bearer secret signature=null");
    }

    @Test
    void aDryRunSaysWhatWouldHappen() {
        status = 200;
        answer = "{\"plan\":\"factored\",\"memoryBytes\":1048576,\"dryRun\":{\"created\":true,\"activated\":false,"
                + "\"answering\":\"1\",\"endsTraffic\":false}}";
        assertThat(publish("--key", "secret", "--dry-run", "--no-activate"))
                .startsWith("would be published: " + url() + "/v1/packs/random-edges/versions/1, digest=")
                .contains("plan=factored, memory=1.0 MiB; the version that answers would stay");
        assertThat(publish("--key", "secret", "--dry-run", "--json"))
                .contains("\"created\":true", "\"answering\":\"1\"", "\"memoryBytes\":1048576");
        assertThat(received)
                .containsExactly(
                        "PUT /v1/packs/random-edges/versions/1?activate=false&dry-run=true key=Bearer secret signature=null",
                        "PUT /v1/packs/random-edges/versions/1?activate=true&dry-run=true key=Bearer secret signature=null");
    }

    @Test
    void aKeyFileOutdoesTheKeyAndTheSignatureBesideThePackGoesAlong() throws IOException {
        Path keyFile = Files.writeString(folder.resolve("key"), "of-the-file\n");
        Path signature = Files.writeString(folder.resolve("edges.sig"), "c2ln\n");
        try {
            publish("--key", "secret", "--key-file", keyFile.toString());
        } finally {
            Files.delete(signature);
        }
        publish("--key", "");
        assertThat(received)
                .containsExactly(
                        "PUT /v1/packs/random-edges/versions/1?activate=true key=Bearer of-the-file signature=c2ln",
                        "PUT /v1/packs/random-edges/versions/1?activate=true key=null signature=null");
    }

    @Test
    void findsTheKeyThatTheServerOnThisMachineHasMade() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path key = Files.writeString(data.resolve("management.key"), "made-by-the-server\n");
        String before = System.getProperty("facet.home");
        System.setProperty("facet.home", folder.toString());
        try {
            publish();
        } finally {
            Files.delete(key);
            if (before == null) {
                System.clearProperty("facet.home");
            } else {
                System.setProperty("facet.home", before);
            }
        }
        assertThat(received)
                .containsExactly(
                        "PUT /v1/packs/random-edges/versions/1?activate=true key=Bearer made-by-the-server signature=null");
    }
}
