package dev.facet.cli;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.process.TemporaryFolder;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Two installations of the server in one run: the same requests, in rounds that take turns, with one client and with eight.
 * Both run all the time, one of them is asked. Their CPU time is what the kernel counts for each process, the clients' is not
 * in it; throughput is wall time, and so also what the clients leave of the machine.
 */
final class ServerComparison {
    private static final int[] CLIENTS = {1, 8};
    private static final int SMALL_BLOCK = 80;
    private static final int LARGE_BLOCK = 16;
    private static final int LARGE_WARM_UPS = 2;
    private static final InputPolicy SMALL = new InputPolicy(64, true, InputPolicy.USUAL_MULTIPLE);
    private static final String NAME = "bench-compared";

    private final Path jar;
    private final Path otherJar;
    private final Path bankFile;
    private final int rounds;
    private final int warmUp;
    private final byte[] jpeg;
    private final List<String> unequal = new ArrayList<>();

    /**
     * @param jar {@code quarkus-run.jar} of the installation that is judged
     * @param otherJar that of the one that it is compared with
     * @param side of the image in pixels
     * @param rounds of each row
     * @param warmUp small requests to each before the first row of a pack
     */
    ServerComparison(Path jar, Path otherJar, Path bankFile, int side, int rounds, int warmUp) throws IOException {
        this.jar = jar;
        this.otherJar = otherJar;
        this.bankFile = bankFile;
        this.rounds = rounds;
        this.warmUp = warmUp;
        this.jpeg = SyntheticImage.jpeg(side, side, 1);
    }

    /** The runnable jar of an installation: the file itself, {@code quarkus-app}, or a checkout in which it is built. */
    static Path jarOf(Path installation) {
        for (String name : List.of("", "quarkus-run.jar", "src/server/target/quarkus-app/quarkus-run.jar")) {
            Path jar = installation.resolve(name);
            if (Files.isRegularFile(jar)) {
                return jar;
            }
        }
        throw new CommandFailure(
                "no packaged server: --against %s, expected quarkus-app, its quarkus-run.jar, or a checkout with it"
                        .formatted(installation));
    }

    /** Measures and prints. */
    void run(List<Path> packs) throws IOException, InterruptedException {
        FilterBank bank = BankReader.read(bankFile);
        BenchReport report = new BenchReport(
                "This server against another installation",
                "pack",
                "network input",
                "clients",
                "CPU a request",
                "the other's",
                "ratio",
                "requests a second",
                "the other's",
                "ratio");
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench");
                TemporaryFolder otherFolder = TemporaryFolder.create("facet-bench")) {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            Files.copy(bankFile, models.resolve("bank.safetensors"));
            try (ServerProcess one = ServerProcess.start(patient(jar, models), folder.path());
                    ServerProcess other = ServerProcess.start(patient(otherJar, models), otherFolder.path())) {
                for (Path file : packs) {
                    ModulatorPack pack = PackReader.read(file, bank);
                    measure(one, other, pack, SMALL, warmUp / SMALL_BLOCK, SMALL_BLOCK, report);
                    measure(one, other, pack, pack.manifest().input(), LARGE_WARM_UPS, LARGE_BLOCK, report);
                }
            }
        }
        report.note(
                ("JPEG → PNG, one engine thread; medians of %d rounds that took turns, %d requests a round of small inputs and"
                                + " %d of others, after %d small ones for warming up. CPU is the server process' own.")
                        .formatted(rounds, SMALL_BLOCK, LARGE_BLOCK, warmUp));
        report.note(
                unequal.isEmpty()
                        ? "Both gave the same bits to each question (NumPy form)."
                        : "**Other bits** (NumPy form): " + String.join(", ", unequal));
        report.print();
    }

    /** Eight waiting clients are what is measured, not an overload that is refused. */
    private static ServerOptions patient(Path jar, Path models) {
        return ServerOptions.measured(jar, models, 1).withVariable("FACET_LIMITS_QUEUE_WAIT", "60S");
    }

    private void measure(
            ServerProcess one,
            ServerProcess other,
            ModulatorPack pack,
            InputPolicy policy,
            int warmUps,
            int block,
            BenchReport report)
            throws IOException, InterruptedException {
        byte[] copy = BenchPacks.copy(pack, NAME, policy);
        one.plug(NAME, copy);
        other.plug(NAME, copy);
        String path = "/v1/" + pack.manifest().task().id() + "%s?pack=" + NAME;
        String input = "at most %d²".formatted(policy.size());
        byte[] own = one.send(request(one, path.formatted(".npy"))).body();
        if (!Arrays.equals(
                own, other.send(request(other, path.formatted(".npy"))).body())) {
            unequal.add(pack.manifest().name() + " " + input);
        }
        String question = path.formatted(".png");
        int steps = warmUps + rounds * CLIENTS.length;
        try (Progress progress = Progress.bar(pack.manifest().name(), steps)) {
            for (int i = 0; i < warmUps; i++) {
                block(one, question, block, CLIENTS[1]);
                block(other, question, block, CLIENTS[1]);
                progress.step();
            }
            for (int clients : CLIENTS) {
                Rounds all = new Rounds(rounds);
                for (int round = 0; round < rounds; round++) {
                    // The order changes, so that what grows or cools over time meets both alike.
                    boolean first = round % 2 == 0;
                    Block before = first ? block(one, question, block, clients) : null;
                    Block otherBlock = block(other, question, block, clients);
                    all.set(round, first ? before : block(one, question, block, clients), otherBlock);
                    progress.step();
                }
                all.row(report, pack.manifest().name(), input, clients);
            }
        }
        one.unplug(NAME);
        other.unplug(NAME);
    }

    private HttpRequest request(ServerProcess server, String path) {
        return server.request(path)
                .header("Content-Type", "image/jpeg")
                .POST(BodyPublishers.ofByteArray(jpeg))
                .build();
    }

    /**
     * What requests cost.
     *
     * @param cpuMillis the server's CPU time for one
     * @param perSecond how many were answered in a second
     */
    private record Block(double cpuMillis, double perSecond) {}

    private Block block(ServerProcess server, String path, int count, int clients)
            throws IOException, InterruptedException {
        double cpu = server.cpuMillis();
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(() -> server.send(request(server, path))));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Block((server.cpuMillis() - cpu) / count, count / seconds);
    }

    /** Figures of all rounds of a row. */
    private static final class Rounds {
        private final double[] cpu;
        private final double[] otherCpu;
        private final double[] cpuRatio;
        private final double[] speed;
        private final double[] otherSpeed;
        private final double[] speedRatio;

        Rounds(int count) {
            cpu = new double[count];
            otherCpu = new double[count];
            cpuRatio = new double[count];
            speed = new double[count];
            otherSpeed = new double[count];
            speedRatio = new double[count];
        }

        void set(int round, Block own, Block other) {
            cpu[round] = own.cpuMillis();
            otherCpu[round] = other.cpuMillis();
            cpuRatio[round] = own.cpuMillis() / other.cpuMillis();
            speed[round] = own.perSecond();
            otherSpeed[round] = other.perSecond();
            speedRatio[round] = own.perSecond() / other.perSecond();
        }

        void row(BenchReport report, String pack, String input, int clients) {
            report.row(
                    pack,
                    input,
                    Integer.toString(clients),
                    "%.1f ms".formatted(BenchReport.median(cpu)),
                    "%.1f ms".formatted(BenchReport.median(otherCpu)),
                    "%.2f".formatted(BenchReport.median(cpuRatio)),
                    "%.2f".formatted(BenchReport.median(speed)),
                    "%.2f".formatted(BenchReport.median(otherSpeed)),
                    "%.2f".formatted(BenchReport.median(speedRatio)));
        }
    }
}
