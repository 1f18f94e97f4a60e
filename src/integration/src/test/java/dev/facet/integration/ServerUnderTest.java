package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.core.SharedData;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The packaged server as a process of its own with the default models, on the loopback address. */
public final class ServerUnderTest implements AutoCloseable {
    public static final Path ROOT = SharedData.root();
    private static final Path JAR = ROOT.resolve("src/server/target/quarkus-app/quarkus-run.jar");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final Path data;
    private final int port;

    private ServerUnderTest(Process process, Path data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /** Starts a server over a data folder and waits until it is ready. */
    public static ServerUnderTest start(Path data, String... settings) throws IOException, InterruptedException {
        Path log = log();
        int port = freePort();
        return ready(launch(data, port, log, settings), data, port, log);
    }

    /** Waits until a server that was started in another way is ready; what it says goes to the log. */
    static ServerUnderTest ready(Process process, Path data, int port, Path log)
            throws IOException, InterruptedException {
        ServerUnderTest server = new ServerUnderTest(process, data, port);
        server.awaitReady(log);
        return server;
    }

    /** What a server that can't start says until it ends, which it does with a status that isn't 0. */
    static String failedStart(Path data, String... settings) throws IOException, InterruptedException {
        Path log = log();
        Process process = launch(data, freePort(), log, settings);
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() == 0) {
            process.destroyForcibly();
            fail("the server should have ended with a failure:\n" + Files.readString(log));
        }
        return Files.readString(log);
    }

    private static Path log() throws IOException {
        Path log = Files.createTempFile("facet-server", ".log");
        log.toFile().deleteOnExit();
        return log;
    }

    private static Process launch(Path data, int port, Path log, String... settings) throws IOException {
        assumeThat(Files.isRegularFile(JAR))
                .as("the server is packaged (mvn verify does it)")
                .isTrue();
        List<String> command = new java.util.ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.awt.headless=true",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dfacet.models.dir=" + ROOT.resolve("models"),
                "-Dfacet.data.dir=" + data,
                "-Dfacet.engine.device=cpu",
                "-Dfacet.engine.threads=1"));
        command.addAll(List.of(settings));
        command.addAll(List.of("-jar", JAR.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FACET_") || name.startsWith("QUARKUS_"));
        return builder.start();
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (get("/q/health/ready").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(200);
            }
        }
        process.destroyForcibly();
        fail("the server doesn't come up:\n" + Files.readString(log));
    }

    /** Where it listens, as clients write it. */
    public String address() {
        return "http://127.0.0.1:" + port;
    }

    /** The header's value of management calls. */
    public String authorization() throws IOException {
        return "Bearer " + Files.readString(data.resolve("management.key")).strip();
    }

    Process process() {
        return process;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address() + path)).timeout(Duration.ofMinutes(2));
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(request(path).GET().build(), BodyHandlers.ofByteArray());
    }

    /** A raw connection that has sent the head of a request and the first bytes of its body. */
    Socket begin(String method, String path, String contentType, byte[] body, int sent) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String head =
                "%s %s HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, path, port, authorization(), contentType, body.length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body, 0, sent);
        socket.getOutputStream().flush();
        return socket;
    }

    HttpClient client() {
        return client;
    }

    /** What a kind answers to an image, as stored arrays. */
    byte[] answer(String kind, byte[] image) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(image(kind, image), BodyHandlers.ofByteArray());
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return response.body();
    }

    HttpRequest image(String kind, byte[] image) {
        return request("/v1/" + kind)
                .header("Content-Type", "image/jpeg")
                .header("Accept", "application/x-npy")
                .POST(HttpRequest.BodyPublishers.ofByteArray(image))
                .build();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
