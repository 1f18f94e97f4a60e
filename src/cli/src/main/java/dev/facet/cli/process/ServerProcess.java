package dev.facet.cli.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Facet server as a child process on the loopback address, with a data folder of its own and a random key of management,
 * and what Linux says of its CPU time and memory. Requests may be sent by several threads; starting and stopping is one
 * thread's.
 */
public final class ServerProcess implements AutoCloseable {
    /** What the launcher sets for the server, docs/configuration.md. */
    private static final Map<String, String> ALLOCATOR =
            Map.of("MALLOC_ARENA_MAX", "2", "MALLOC_MMAP_THRESHOLD_", "131072", "MALLOC_TRIM_THRESHOLD_", "131072");

    private static final Pattern HEAP_USED = Pattern.compile("^jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)$");
    private static final Pattern ENGINE_CPU = Pattern.compile("^facet_engine_cpu_seconds_total (\\S+)$");

    private static final Pattern PACK_BYTES = Pattern.compile("^facet_pack_bytes\\{[^}]*} (\\S+)$");

    private static final int START_SECONDS = 180;
    private static final int STOP_SECONDS = 60;

    private final Process process;
    private final Path folder;
    private final int port;
    private final String key;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private ServerProcess(Process process, Path folder, int port, String key) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.key = key;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param folder where {@code data/}, {@code temporary/} and {@code server.log} go, or are from an earlier start; the
     *     caller deletes it
     * @throws IOException saying the log's last line, if it stops or isn't ready in three minutes
     */
    public static ServerProcess start(ServerOptions options, Path folder) throws IOException, InterruptedException {
        if (!Files.isRegularFile(options.jar())) {
            throw new IOException("no packaged server: file=" + options.jar());
        }
        int port = freePort();
        Path log = folder.resolve("server.log");
        Path temporary = Files.createDirectories(folder.resolve("temporary"));
        List<String> command = new ArrayList<>(options.prefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options.jvm());
        command.addAll(List.of(
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=" + temporary,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dfacet.models.dir=" + options.models().toAbsolutePath(),
                "-Dfacet.data.dir=" + folder.resolve("data"),
                "-Dfacet.engine.device=cpu",
                "-Dfacet.engine.threads=" + options.threads()));
        options.settings().forEach(setting -> command.add("-D" + setting));
        command.addAll(List.of("-jar", options.jar().toAbsolutePath().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        String key = HexFormat.of().formatHex(new SecureRandom().generateSeed(16));
        builder.environment().keySet().removeIf(name -> name.startsWith("FACET_") || name.startsWith("QUARKUS_"));
        builder.environment().put("FACET_MANAGEMENT_KEY", key);
        builder.environment().putAll(options.environment());
        ALLOCATOR.forEach(builder.environment()::putIfAbsent);
        ServerProcess server = new ServerProcess(builder.start(), folder, port, key);
        try {
            server.awaitReady(log);
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.kill();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end) {
            if (!process.isAlive()) {
                throw new IOException("the server stopped while starting: " + lastLine(log));
            }
            try {
                if (exchange(request("/q/health/ready").GET().build()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
                Thread.sleep(100);
            }
            Thread.sleep(100);
        }
        throw new IOException("the server isn't ready after %d s: %s".formatted(START_SECONDS, lastLine(log)));
    }

    private static String lastLine(Path log) throws IOException {
        return Files.readString(log)
                .strip()
                .lines()
                .reduce((first, second) -> second)
                .orElse("no log");
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** The key that its management calls require. */
    public String key() {
        return key;
    }

    /** Where {@code data/}, {@code temporary/} and {@code server.log} are. */
    public Path folder() {
        return folder;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** A request to that path. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2));
    }

    /** A request to that path by who may change packs. */
    public HttpRequest.Builder managementRequest(String path) {
        return request(path).header("Authorization", "Bearer " + key);
    }

    /** Sends a request and gives what came back, whatever its status. */
    public HttpResponse<byte[]> exchange(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofByteArray());
    }

    /**
     * Sends a request.
     *
     * @throws IOException if the answer isn't 2xx
     */
    public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = exchange(request);
        if (response.statusCode() / 100 != 2) {
            throw new IOException("the server refused: %s %s, status=%d, body=%s"
                    .formatted(
                            request.method(),
                            request.uri().getPath(),
                            response.statusCode(),
                            new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response;
    }

    /** Uploads a pack as version 1 of that name, under the plan that the server chooses. */
    public void plug(String name, byte[] pack) throws IOException, InterruptedException {
        upload("/v1/packs/" + name + "/versions/1", pack);
    }

    /**
     * The same under a plan.
     *
     * @param plan its id, for example {@code merged}
     */
    public void plug(String name, byte[] pack, String plan) throws IOException, InterruptedException {
        upload("/v1/packs/" + name + "/versions/1?plan=" + plan, pack);
    }

    private void upload(String path, byte[] pack) throws IOException, InterruptedException {
        send(managementRequest(path)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(pack))
                .build());
    }

    /** Removes version 1 of that name. */
    public void unplug(String name) throws IOException, InterruptedException {
        send(managementRequest("/v1/packs/" + name + "/versions/1").DELETE().build());
    }

    /** Native bytes that it counts for its packs in memory. */
    public double packBytes() throws IOException, InterruptedException {
        return metric(PACK_BYTES);
    }

    /** CPU time of its engine's runs so far, in ms; all of it where a run has one thread. */
    public double engineCpuMillis() throws IOException, InterruptedException {
        return 1e3 * metric(ENGINE_CPU);
    }

    /** CPU time of all its threads so far, in ms, see {@link ProcessUsage}. */
    public double cpuMillis() throws IOException {
        return ProcessUsage.cpuMillis(process.pid());
    }

    /** Resident bytes after a garbage collection, and the live heap of it. */
    public Memory memory() throws IOException, InterruptedException {
        // Twice: the first run queues what is freed by cleaners.
        collectGarbage();
        Thread.sleep(300);
        collectGarbage();
        return memoryNow();
    }

    /** Resident bytes and used heap as they are, garbage counted. */
    public Memory memoryNow() throws IOException, InterruptedException {
        return new Memory(ProcessUsage.residentBytes(process.pid()), heapUsed());
    }

    /**
     * Memory of the server.
     *
     * @param resident resident set, the whole heap in it
     * @param heap used heap
     */
    public record Memory(long resident, long heap) {
        /** Native growth and growth of the live heap together. */
        public double minus(Memory before) {
            return (double) (resident - before.resident) + (heap - before.heap);
        }
    }

    private void collectGarbage() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process run = new ProcessBuilder(jcmd.toString(), Long.toString(process.pid()), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!run.waitFor(60, TimeUnit.SECONDS) || run.exitValue() != 0) {
            throw new IOException("jcmd can't ask the server for a garbage collection: expected a JDK");
        }
    }

    private long heapUsed() throws IOException, InterruptedException {
        return (long) metric(HEAP_USED);
    }

    /** Sum of the lines of its metrics that match, of each the first group. */
    private double metric(Pattern line) throws IOException, InterruptedException {
        String metrics = new String(send(request("/q/metrics").GET().build()).body(), StandardCharsets.UTF_8);
        return metrics.lines()
                .map(line::matcher)
                .filter(Matcher::matches)
                .mapToDouble(matcher -> Double.parseDouble(matcher.group(1)))
                .sum();
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /**
     * Waits for its end.
     *
     * @return its exit code
     * @throws IOException if it doesn't end in that time
     */
    public int awaitEnd(Duration limit) throws IOException, InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("the server hasn't ended after %d s".formatted(limit.toSeconds()));
        }
        return process.exitValue();
    }

    /** SIGKILL, and waits for the end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, after a while SIGKILL. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
