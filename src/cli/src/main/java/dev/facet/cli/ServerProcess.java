package dev.facet.cli;

import java.io.File;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Facet server as a child process on the loopback address, with an empty data folder of its own, and what Linux says of its
 * CPU time and memory. The heap is of fixed size and touched at the start, so that what grows in the resident set is native
 * memory; the live heap is asked for beside it. Not thread-safe.
 */
final class ServerProcess implements AutoCloseable {
    private static final Pattern HEAP_USED = Pattern.compile("^jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)$");
    private static final Pattern COMPUTE = Pattern.compile("compute;dur=([0-9.]+)");
    private static final int START_SECONDS = 180;

    private final Process process;
    private final Path folder;
    private final int port;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private ServerProcess(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a server and waits until it is ready.
     *
     * @param jar {@code quarkus-run.jar}
     * @param models folder of bank and packs
     * @param threads threads of one engine run
     */
    static ServerProcess start(Path jar, Path models, int threads) throws IOException, InterruptedException {
        if (!Files.isRegularFile(jar)) {
            throw new CommandFailure(
                    "no server to measure: file=%s, build it first (./facet serve builds it)".formatted(jar));
        }
        Path folder = Files.createTempDirectory("facet-bench");
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms512m",
                "-Xmx512m",
                "-XX:+AlwaysPreTouch",
                "-Djava.awt.headless=true",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.shutdown.delay=0S",
                "-Dfacet.models.dir=" + models.toAbsolutePath(),
                "-Dfacet.data.dir=" + folder.resolve("data"),
                "-Dfacet.engine.device=cpu",
                "-Dfacet.engine.threads=" + threads,
                "-jar",
                jar.toAbsolutePath().toString()));
        File log = folder.resolve("server.log").toFile();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
        builder.environment().keySet().removeIf(name -> name.startsWith("FACET_"));
        ServerProcess server = new ServerProcess(builder.start(), folder, port);
        try {
            server.awaitReady(log.toPath());
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
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
                throw new CommandFailure("the server stopped while starting: "
                        + Files.readString(log)
                                .strip()
                                .lines()
                                .reduce((first, second) -> second)
                                .orElse("no log"));
            }
            try {
                if (client.send(request("/q/health/ready").GET().build(), BodyHandlers.discarding())
                                .statusCode()
                        == 200) {
                    return;
                }
            } catch (IOException e) {
                // Not listening yet.
                Thread.sleep(200);
            }
            Thread.sleep(100);
        }
        throw new CommandFailure("the server isn't ready after %d s".formatted(START_SECONDS));
    }

    int port() {
        return port;
    }

    /** A request to that path. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofMinutes(2));
    }

    /** Sends a request; anything but 2xx is a failure. */
    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() / 100 != 2) {
            throw new CommandFailure("the server refused: %s %s, status=%d, body=%s"
                    .formatted(
                            request.method(),
                            request.uri().getPath(),
                            response.statusCode(),
                            new String(response.body(), StandardCharsets.UTF_8)));
        }
        return response;
    }

    void plug(String name, byte[] pack) throws IOException, InterruptedException {
        send(request("/v1/packs/" + name + "/versions/1")
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(pack))
                .build());
    }

    void unplug(String name) throws IOException, InterruptedException {
        send(request("/v1/packs/" + name + "/versions/1").DELETE().build());
    }

    /** Asks for an image's answer as PNG; returns how long the engine's run took in the server, in ms. */
    double predict(String kind, String pack, byte[] jpeg) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = send(request("/v1/" + kind + "?pack=" + pack)
                .header("Content-Type", "image/jpeg")
                .header("Accept", "image/png")
                .POST(BodyPublishers.ofByteArray(jpeg))
                .build());
        String timing = response.headers().firstValue("Server-Timing").orElse("");
        Matcher compute = COMPUTE.matcher(timing);
        if (!compute.find()) {
            throw new CommandFailure(
                    "the server doesn't say how long it computed: Server-Timing='%s'".formatted(timing));
        }
        return Double.parseDouble(compute.group(1));
    }

    /** CPU time of all its threads so far, user and system, in ms; the kernel counts in steps of 10 ms. */
    double cpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10.0;
    }

    /** Resident bytes after a garbage collection, and the live heap of it. */
    Memory memory() throws IOException, InterruptedException {
        // Twice: the first run queues what is freed by cleaners.
        collectGarbage();
        Thread.sleep(300);
        collectGarbage();
        long resident = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
        return new Memory(resident, heapUsed());
    }

    /**
     * Memory of the server.
     *
     * @param resident resident set, the whole heap in it
     * @param heap live heap
     */
    record Memory(long resident, long heap) {
        /** Native growth and growth of the live heap together. */
        double minus(Memory before) {
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
            throw new CommandFailure("jcmd can't ask the server for a garbage collection: expected a JDK");
        }
    }

    private long heapUsed() throws IOException, InterruptedException {
        String metrics = new String(send(request("/q/metrics").GET().build()).body(), StandardCharsets.UTF_8);
        double sum = 0;
        for (String line : metrics.lines().toList()) {
            Matcher heap = HEAP_USED.matcher(line);
            if (heap.matches()) {
                sum += Double.parseDouble(heap.group(1));
            }
        }
        return (long) sum;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            deleteFolder();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("facet: left behind: " + folder);
        }
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
