package dev.facet.exchange.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.facet.core.RandomTensors;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackPublisherTest {
    private record Received(String method, String target, String digest, String key, String signature, byte[] body) {}

    @TempDir
    private Path folder;

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private Path pack;
    private int status = 201;
    private String answer = "{\"name\":\"small-pack\"}";

    @BeforeEach
    void startServer() throws IOException {
        pack = folder.resolve("pack.safetensors");
        PackWriter.write(pack, RandomTensors.smallPack());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        received.add(new Received(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                headers.getFirst("Content-Digest"),
                headers.getFirst("Authorization"),
                headers.getFirst("Facet-Signature"),
                exchange.getRequestBody().readAllBytes()));
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Location", "http://elsewhere.invalid/");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    }

    @Test
    void putsThePackUnderItsOwnNameAndVersion() throws Exception {
        AtomicLong sent = new AtomicLong();
        Publication publication = new PackPublisher(address()).publish(pack, PublishOptions.DEFAULTS, sent::set);

        Received request = received.get(0);
        byte[] bytes = Files.readAllBytes(pack);
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.target()).isEqualTo("/v1/packs/small-pack/versions/1?activate=true");
        assertThat(request.body()).isEqualTo(bytes);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertThat(request.digest()).isEqualTo("sha-256=:" + Base64.getEncoder().encodeToString(hash) + ":");
        assertThat(request.key()).isNull();
        assertThat(request.signature()).isNull();
        assertThat(sent).hasValue(bytes.length);
        assertThat(publication.created()).isTrue();
        assertThat(publication.address()).endsWith("/v1/packs/small-pack/versions/1");
        assertThat(publication.answer()).isEqualTo(answer);
        assertThat(publication.summary())
                .isEqualTo("published: %s, digest=%s".formatted(publication.address(), publication.digest()));
    }

    @Test
    void sendsKeySignatureAndWhetherToActivate() throws Exception {
        status = 200;
        PublishOptions options =
                new PublishOptions(Optional.of("secret"), false, Optional.of("c2ln"), Duration.ofSeconds(20));
        Publication publication = new PackPublisher(address()).publish(pack, options, sent -> {});
        assertThat(received.get(0).key()).isEqualTo("Bearer secret");
        assertThat(received.get(0).signature()).isEqualTo("c2ln");
        assertThat(received.get(0).target()).endsWith("/versions/1?activate=false");
        assertThat(publication.created()).isFalse();
        assertThat(publication.active()).isFalse();
        assertThat(publication.summary())
                .startsWith("the server has it already: " + publication.address())
                .endsWith("; another version answers for its name");
    }

    @Test
    void aRehearsalSaysWhatTheServerWouldDo() throws Exception {
        status = 200;
        answer = "{\"plan\":\"factored\",\"memoryBytes\":1572864,\"dryRun\":{\"created\":true,\"activated\":true,"
                + "\"answering\":\"7\",\"endsTraffic\":true}}";
        PublishRehearsal rehearsal = new PackPublisher(address()).rehearse(pack, PublishOptions.DEFAULTS, sent -> {});
        assertThat(received.get(0).target()).isEqualTo("/v1/packs/small-pack/versions/1?activate=true&dry-run=true");
        assertThat(rehearsal.summary())
                .startsWith("would be published: " + rehearsal.address() + ", digest=" + rehearsal.digest())
                .endsWith("plan=factored, memory=1.5 MiB; it would answer for its name instead of version 7;"
                        + " the division of requests between versions would end");
        answer = "{\"plan\":\"merged\",\"memoryBytes\":0,\"dryRun\":{\"created\":false,\"activated\":false,"
                + "\"answering\":null,\"endsTraffic\":false}}";
        assertThat(new PackPublisher(address())
                        .rehearse(pack, PublishOptions.DEFAULTS, sent -> {})
                        .summary())
                .startsWith("the server has it already: ")
                .endsWith("memory=0.0 MiB; the version that answers would stay");
        answer = "{\"name\":\"small-pack\"}";
        assertThatThrownBy(() -> new PackPublisher(address()).rehearse(pack, PublishOptions.DEFAULTS, sent -> {}))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("expected one that knows dry runs");
        status = 400;
        assertThatThrownBy(() -> new PackPublisher(address()).rehearse(pack, PublishOptions.DEFAULTS, sent -> {}))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("status=400");
    }

    @Test
    void aRefusalCarriesTheServersReason() {
        status = 422;
        answer =
                "{\"title\":\"pack refused\",\"detail\":\"made for another bank\",\"code\":\"WRONG_BANK\",\"status\":422}";
        PublishException refusal = refusal(address());
        assertThat(refusal.status()).isEqualTo(422);
        assertThat(refusal.code()).contains("WRONG_BANK");
        assertThat(refusal).hasMessage("refused: made for another bank [status=422, code=WRONG_BANK]");
    }

    @Test
    void aRefusalWithoutAProblemDocumentSaysWhatTheStatusMeans() {
        status = 413;
        answer = "<html>too large</html>";
        assertThat(refusal(address())).hasMessageContaining("larger than the server accepts [status=413]");
        status = 401;
        answer = "";
        assertThat(refusal(address())).hasMessageContaining("the server wants its key [status=401]");
    }

    @Test
    void anAnswerOfAnotherServerIsNoPublication() {
        for (String other : List.of("<html>welcome</html>", "", "7")) {
            status = 200;
            answer = other;
            assertThat(refusal(address()))
                    .as(other)
                    .hasMessageContaining("not a Facet server: its answer is no JSON")
                    .hasMessageContaining("status=200");
        }
        status = 502;
        assertThat(refusal(address())).hasMessageContaining("the server behind it doesn't");
    }

    @Test
    void doesNotFollowRedirectsAndSaysWhereTheyLead() {
        status = 307;
        assertThat(refusal(address()).status()).isEqualTo(307);
        assertThat(refusal(address()))
                .hasMessageContaining(
                        "the address that it redirects to, location=http://elsewhere.invalid/ [status=307]");
        received.remove(0);
        assertThat(received).hasSize(1);
    }

    @Test
    void saysThatNobodyAnswers() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        PublishException refusal = refusal(URI.create("http://localhost:" + port));
        assertThat(refusal.status()).isZero();
        assertThat(refusal).hasMessageContaining("nobody listens there").hasMessageContaining("localhost:" + port);
    }

    private PublishException refusal(URI address) {
        PublishException refusal = catchThrowableOfType(
                PublishException.class,
                () -> new PackPublisher(address).publish(pack, PublishOptions.DEFAULTS, sent -> {}));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void sendsNothingThatIsNotAPack() throws IOException {
        Files.writeString(pack, "not a pack");
        assertThatThrownBy(() -> new PackPublisher(address()).publish(pack, PublishOptions.DEFAULTS, sent -> {}))
                .isInstanceOf(PackException.class);
        assertThat(received).isEmpty();
    }

    @Test
    void refusesAddressesThatAreNotServers() {
        for (String address : List.of(
                "localhost:8080",
                "http://host:99999",
                "ftp://host",
                "http:/path",
                "http://user:word@host",
                "http://h?x")) {
            assertThatThrownBy(() -> new PackPublisher(URI.create(address)))
                    .as(address)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() ->
                        new PublishOptions(Optional.of("a\r\nHost: b"), true, Optional.empty(), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("Host");
    }

    @Test
    void asksWhetherAVersionIsTaken() throws Exception {
        status = 200;
        answer = "{\"fingerprint\":\"abc\",\"versions\":[{\"version\":\"1\"},{\"version\":\"3\"}]}";
        PackPublisher publisher = new PackPublisher(address());

        publisher.checkFree("edges", "2", Optional.of("abc"), PublishOptions.DEFAULTS);
        assertThat(received).extracting(Received::target).containsExactly("/v1/bank", "/v1/packs/edges");
        assertThatThrownBy(() -> publisher.checkFree("edges", "3", Optional.empty(), PublishOptions.DEFAULTS))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("the server has 'edges@3' already: expected another version or name");
        assertThatThrownBy(() -> publisher.checkFree("edges", "2", Optional.of("other"), PublishOptions.DEFAULTS))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("the server has another bank");
        status = 404;
        publisher.checkFree("edges", "3", Optional.empty(), PublishOptions.DEFAULTS);
    }

    @Test
    void anAddressMayBeWrittenAsPeopleWriteIt() throws Exception {
        PackPublisher.of("localhost:" + server.getAddress().getPort())
                .publish(pack, PublishOptions.DEFAULTS, sent -> {});
        assertThat(received).hasSize(1);
        assertThatThrownBy(() -> PackPublisher.of("local host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server: value='local host'");
    }
}
