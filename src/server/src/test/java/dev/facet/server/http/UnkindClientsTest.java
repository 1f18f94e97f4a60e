package dev.facet.server.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Clients that hold the server up, by what they announce, send or don't read: all others are answered meanwhile. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(UnkindClientsTest.ShortTimes.class)
class UnkindClientsTest {
    private static final byte[] IMAGE = Images.image("jpg", 60, 80, 2);
    private static final int ANNOUNCED = 45_000_000;
    private static final int MOST_CONNECTIONS = 60;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TestHTTPResource
    URL server;

    @Inject
    MemoryBudget memory;

    @Inject
    Vertx vertx;

    public static final class ShortTimes implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "facet.limits.image-bytes", "40M",
                    "facet.limits.memory", "150M",
                    "facet.limits.body-time", "8S",
                    "facet.limits.pack-time", "8S",
                    "facet.limits.answer-time", "2S",
                    "facet.limits.connections-per-address", Integer.toString(MOST_CONNECTIONS));
        }
    }

    @Test
    void whoAnnouncesAndSendsNothingTakesNothing() throws Exception {
        double before = refused("body_too_slow");
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                silent.add(begin("POST", "/v1/edges", ANNOUNCED));
            }
            assertThat(memory.heldBytes()).isZero();
            for (int i = 0; i < 5; i++) {
                predict();
            }
            for (Socket socket : silent) {
                assertThat(firstLine(socket)).startsWith("HTTP/1.1 408 ");
            }
        } finally {
            closeAll(silent);
        }
        assertThat(refused("body_too_slow") - before).isEqualTo(12);
    }

    @Test
    void whoSendsForTooLongIsToldSo() throws Exception {
        for (String request : List.of("POST /v1/edges", "PUT /v1/packs/edges/versions/9")) {
            try (Socket socket = begin(request.split(" ")[0], request.split(" ")[1], ANNOUNCED)) {
                // Three times the lowest rate, and never at its end.
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (socket.getInputStream().available() == 0 && System.nanoTime() < end) {
                    socket.getOutputStream().write(new byte[300]);
                    Thread.sleep(100);
                }
                String answer = new String(socket.getInputStream().readNBytes(600), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 408 ").contains("BODY_TOO_SLOW", "took longer");
            }
        }
        await(() -> memory.heldBytes() == 0);
        await(() -> uploads() == 0);
    }

    @Test
    void bodiesTakeTheMemoryThatIsThereAndNoMore() throws Exception {
        double before = refused("memory");
        List<Socket> senders = new ArrayList<>();
        try {
            // 60 MB for all bodies: two of 25 MB find room, the third doesn't.
            for (int i = 0; i < 2; i++) {
                Socket socket = begin("POST", "/v1/edges", ANNOUNCED);
                senders.add(socket);
                socket.getOutputStream().write(new byte[25_000_000]);
            }
            await(() -> memory.heldBytes() >= 50_000_000);
            Socket third = begin("POST", "/v1/edges", 25_000_000);
            senders.add(third);
            third.getOutputStream().write(new byte[25_000_000]);
            assertThat(firstLine(third)).startsWith("HTTP/1.1 429 ");
            predict();
        } finally {
            closeAll(senders);
        }
        await(() -> memory.heldBytes() == 0);
        assertThat(refused("memory") - before).isEqualTo(1);
    }

    @Test
    void whoStopsReadingIsCut() throws Exception {
        double before = refused("answer_unread");
        byte[] image = Images.image("jpg", 1400, 1900, 4);
        List<Socket> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(4096);
                socket.connect(new java.net.InetSocketAddress(server.getHost(), server.getPort()));
                deaf.add(socket);
                socket.getOutputStream().write(head("POST", "/v1/edges.npy", image.length));
                socket.getOutputStream().write(image);
            }
            await(() -> refused("answer_unread") - before == 3);
            for (Socket socket : deaf) {
                assertThat(readToItsEnd(socket)).isLessThan(4L * 1400 * 1900);
            }
        } finally {
            closeAll(deaf);
        }
    }

    @Test
    void whoStopsReadingOverHttp2IsCutToo() throws Exception {
        double before = refused("answer_unread");
        byte[] image = Images.image("jpg", 1400, 1900, 4);
        io.vertx.core.http.HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        try {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            client.request(HttpMethod.POST, server.getPort(), server.getHost(), "/v1/edges.npy")
                    .compose(request -> {
                        request.connection().closeHandler(gone -> closed.complete(null));
                        return request.send(Buffer.buffer(image));
                    })
                    .onSuccess(HttpClientResponse::pause);
            closed.get(60, TimeUnit.SECONDS);
            assertThat(refused("answer_unread") - before).isEqualTo(1);
        } finally {
            client.close();
        }
    }

    @Test
    void whoReadsSlowlyGetsItsAnswer() throws Exception {
        byte[] image = Images.image("jpg", 700, 950, 4);
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(4096);
            socket.connect(new java.net.InetSocketAddress(server.getHost(), server.getPort()));
            socket.getOutputStream().write(head("POST", "/v1/edges.npy", image.length));
            socket.getOutputStream().write(image);
            long read = 0;
            for (int i = 0; i < 16; i++) {
                read += socket.getInputStream().readNBytes(160_000).length;
                Thread.sleep(400);
            }
            assertThat(read).isEqualTo(16 * 160_000);
        }
    }

    @Test
    void oneAddressHasOnlySoManyConnections() throws Exception {
        double before = refused("address_connections");
        predict();
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < MOST_CONNECTIONS + 10; i++) {
                idle.add(new Socket(server.getHost(), server.getPort()));
            }
            await(() -> idle.stream().filter(UnkindClientsTest::isClosed).count() >= 10);
            assertThat(idle.stream().filter(UnkindClientsTest::isClosed).count())
                    .isLessThan(30);
        } finally {
            closeAll(idle);
        }
        await(() -> refused("address_connections") - before >= 10);
    }

    @Test
    void whoBreaksOffLeavesNothingBehind() throws Exception {
        List<LogRecord> complaints = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public synchronized void publish(LogRecord entry) {
                if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                    complaints.add(entry);
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        try {
            for (int i = 0; i < 10; i++) {
                for (String request :
                        List.of("POST /v1/edges", "PUT /v1/packs/edges/versions/9", "POST /v1/packs/edges/activate")) {
                    Socket socket = begin(request.split(" ")[0], request.split(" ")[1], 900_000);
                    socket.getOutputStream().write(new byte[10_000 * i]);
                    if (i % 2 == 0) {
                        socket.setSoLinger(true, 0);
                    }
                    socket.close();
                }
            }
            await(() -> uploads() == 0 && memory.heldBytes() == 0);
            Thread.sleep(500);
        } finally {
            root.removeHandler(handler);
        }
        assertThat(complaints)
                .extracting(entry -> entry.getLoggerName() + ": " + entry.getMessage())
                .isEmpty();
        predict();
    }

    private Socket begin(String method, String path, int length) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(head(method, path, length));
        return socket;
    }

    private static byte[] head(String method, String path, int length) {
        return "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                .formatted(method, path, Uploads.authorization(), length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void predict() {
        given().contentType("image/jpeg").body(IMAGE).post("/v1/edges").then().statusCode(200);
    }

    private static String firstLine(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(24), StandardCharsets.US_ASCII);
    }

    private static long readToItsEnd(Socket socket) throws IOException {
        long length = 0;
        byte[] chunk = new byte[1 << 16];
        try {
            InputStream in = socket.getInputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                length += count;
            }
        } catch (SocketException e) {
            // Reset: the server has closed with bytes that couldn't be sent.
            return length;
        }
        return length;
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Over one connection: REST Assured would leave one open for each call. */
    private double refused(String reason) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server + "q/metrics")).build();
        String metrics = CLIENT.send(request, BodyHandlers.ofString()).body();
        Matcher matcher = Pattern.compile("facet_http_refused_total\\{reason=\"%s\"[^}]*} (\\S+)".formatted(reason))
                .matcher(metrics);
        assertThat(matcher.find()).as(metrics).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private static long uploads() throws IOException {
        Path data = Path.of(ConfigProvider.getConfig().getValue("facet.data.dir", String.class));
        try (Stream<Path> files = Files.list(data.resolve("uploads"))) {
            return files.count();
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
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
}
