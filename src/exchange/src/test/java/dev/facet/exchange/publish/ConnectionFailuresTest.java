package dev.facet.exchange.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.facet.core.RandomTensors;
import dev.facet.core.pack.PackWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that can't be published to, and what is said about each. */
class ConnectionFailuresTest {
    @TempDir
    private static Path folder;

    private static TestCertificates certificates;
    private static SSLContext trusted;
    private static Path pack;

    private final List<AutoCloseable> servers = new ArrayList<>();

    @BeforeAll
    static void prepare() throws Exception {
        certificates = new TestCertificates(Files.createDirectories(folder.resolve("certificates")));
        trusted = certificates.signed("localhost");
        pack = folder.resolve("pack.safetensors");
        PackWriter.write(pack, RandomTensors.smallPack());
    }

    @AfterEach
    void stopServers() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    private String https(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(201, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        servers.add(() -> server.stop(0));
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** A server that reads a little, says something, and hangs up; with nothing to say it waits. */
    private String saying(String scheme, byte[] words) throws IOException {
        ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        servers.add(server);
        Thread thread = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[16]);
                    if (words != null) {
                        client.getOutputStream().write(words);
                        client.shutdownOutput();
                    }
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The client has hung up, or the test is over.
                    continue;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return scheme + "://localhost:" + server.getLocalPort();
    }

    private static String failure(String server) {
        return failure(server, Duration.ofSeconds(30));
    }

    private static String failure(String server, Duration timeout) {
        PublishOptions options = new PublishOptions(Optional.empty(), true, Optional.empty(), timeout);
        PublishException failure = catchThrowableOfType(
                PublishException.class, () -> PackPublisher.of(server).publish(pack, options, sent -> {}));
        assertThat(failure).as(server).isNotNull();
        assertThat(failure.status()).isZero();
        assertThat(failure).hasCauseInstanceOf(IOException.class);
        assertThat(failure.getMessage())
                .doesNotContain("PKIX", "Exception", "sun.", "java.")
                .doesNotContain("\n")
                .endsWith(" [server=%s]".formatted(server));
        return failure.getMessage();
    }

    private static void trustingTheAuthority(Body body) throws Exception {
        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(certificates.trusting());
        try {
            body.run();
        } finally {
            SSLContext.setDefault(before);
        }
    }

    private interface Body {
        void run() throws Exception;
    }

    @Test
    void aCertificateOfAnUnknownAuthority() throws Exception {
        assertThat(failure(https(trusted)))
                .startsWith("the server's certificate is of no authority that Java knows: ")
                .contains("JAVA_OPTS=-Djavax.net.ssl.trustStore=");
    }

    @Test
    void theAuthoritysCertificateInATrustStoreIsEnough() throws Exception {
        String server = https(trusted);
        trustingTheAuthority(
                () -> assertThat(PackPublisher.of(server).publish(pack, PublishOptions.DEFAULTS, sent -> {}))
                        .extracting(Publication::created)
                        .isEqualTo(true));
    }

    @Test
    void aCertificateThatIsOver() throws Exception {
        SSLContext expired = certificates.signed("localhost", "-startdate", "-400d", "-validity", "10");
        trustingTheAuthority(() -> assertThat(failure(https(expired)))
                .startsWith("the server's certificate isn't valid today (NotAfter: ")
                .contains("renew it, or set this machine's clock"));
    }

    @Test
    void aCertificateOfAnotherHost() throws Exception {
        SSLContext other = certificates.signed("other.example");
        trustingTheAuthority(() -> assertThat(failure(https(other)))
                .startsWith("the server's certificate can't be trusted: ")
                .contains("localhost", "expected one for the host name of the address"));
    }

    @Test
    void aServerOfOldTls() throws IOException {
        byte[] alert = {21, 3, 1, 0, 2, 2, 70};
        assertThat(failure(saying("https", alert)))
                .startsWith("the server has no TLS version or cipher that Java takes: expected TLS 1.2 or 1.3");
    }

    @Test
    void plainHttpWhereTlsIsExpected() throws IOException {
        byte[] answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(failure(saying("https", answer)))
                .startsWith("the server doesn't speak TLS at this port: expected http:// in place of https://");
    }

    @Test
    void tlsWherePlainHttpIsExpected() throws Exception {
        assertThat(failure(https(trusted).replace("https://", "http://"))).contains("is it https:// there?");
    }

    @Test
    void noHttpAtAll() throws IOException {
        byte[] greeting = "SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII);
        assertThat(failure(saying("http", greeting)))
                .startsWith("what answers there isn't an HTTP server")
                .contains("is it https:// there?");
        assertThat(failure(saying("http", new byte[] {21, 3, 3, 0, 2, 2, 80})))
                .startsWith("what answers there isn't an HTTP server");
    }

    @Test
    void aServerThatHangsUp() throws IOException {
        assertThat(failure(saying("http", new byte[0])))
                .startsWith("the server closed the connection without an answer");
    }

    @Test
    void aServerThatResetsTheConnection() {
        for (String reason : List.of("Connection reset", "Connection reset by peer", "Broken pipe")) {
            assertThat(ConnectionFailures.describe(new IOException(reason), false))
                    .isEqualTo("the server closed the connection without an answer; is it https:// there?");
        }
    }

    @Test
    void aServerThatNeverAnswers() throws IOException {
        assertThat(failure(saying("http", null), Duration.ofMillis(300))).startsWith("no answer in time");
        assertThat(failure(saying("https", null), Duration.ofMillis(300))).contains("in time");
    }

    @Test
    void noServerAndNoHost() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertThat(failure("http://localhost:" + port)).startsWith("nobody listens there; is the server running?");
        assertThat(failure("https://facet.invalid")).startsWith("no such host; is its name right?");
    }
}
