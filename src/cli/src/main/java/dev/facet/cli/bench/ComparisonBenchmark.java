package dev.facet.cli.bench;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Two installations of the server in one run: the same requests, in rounds that take turns, with one client and with eight.
 * Both run all the time, one of them is asked. Their CPU time is what the kernel counts for each process, the clients' is not
 * in it; throughput is wall time, and so also what the clients leave of the machine.
 */
public final class ComparisonBenchmark implements Benchmark {
    private static final int[] CLIENTS = {1, 8};
    private static final int BLOCK = 16;

    private final Path otherJar;
    private final List<Integer> sides;
    private final int rounds;
    private final int warmUps;
    private final List<String> unequal = new ArrayList<>();

    /**
     * @param installation the other one: {@code quarkus-app}, its {@code quarkus-run.jar}, or a checkout with it
     * @param sides of the images in pixels
     * @param rounds of each row
     * @param warmUps small requests to each before the first row of a pack
     * @throws IllegalArgumentException if there is no server
     */
    public ComparisonBenchmark(Path installation, List<Integer> sides, int rounds, int warmUps) {
        this.otherJar = jarOf(installation);
        this.sides = List.copyOf(sides);
        this.rounds = rounds;
        this.warmUps = warmUps;
    }

    /** The runnable jar of an installation: the file itself, {@code quarkus-app}, or a checkout in which it is built. */
    static Path jarOf(Path installation) {
        for (String name : List.of("", "quarkus-run.jar", "src/server/target/quarkus-app/quarkus-run.jar")) {
            Path jar = installation.resolve(name);
            if (Files.isRegularFile(jar)) {
                return jar;
            }
        }
        throw new IllegalArgumentException(
                "no packaged server: --against %s, expected quarkus-app, its quarkus-run.jar, or a checkout with it"
                        .formatted(installation));
    }

    @Override
    public String name() {
        return "comparison";
    }

    @Override
    public String title() {
        return "This server against another installation";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        Table table = new Table(
                "JPEG → PNG, one engine thread",
                "pack",
                "image",
                "clients",
                "CPU a request",
                "the other's",
                "CPU ratio",
                "requests a second",
                "other's",
                "ratio of these");
        try (MeasuredServer one = MeasuredServer.start(options, options.packs(), 1);
                MeasuredServer other = MeasuredServer.start(otherJar, options.bank(), options.packs(), 1, how -> how)) {
            for (Path file : options.packs()) {
                PackManifest manifest = PackReader.readUnbound(file).manifest();
                String path = "/v1/" + manifest.task().id() + "%s?pack=" + manifest.name();
                WarmUp.server(options, one.process(), file, warmUps);
                WarmUp.server(options, other.process(), file, warmUps);
                for (int side : sides) {
                    options.say("comparison: %s, %d²", manifest.name(), side);
                    measure(one, other, manifest, side, path, options.rounds(rounds), table);
                }
            }
        }
        table.note(
                "Rounds that take turns, %d requests in each. CPU is the server process' own. %s",
                BLOCK,
                unequal.isEmpty()
                        ? "Both gave the same bits to each question (NumPy form)."
                        : "**Other bits** (NumPy form): " + String.join(", ", unequal));
        return List.of(table);
    }

    private void measure(
            MeasuredServer one,
            MeasuredServer other,
            PackManifest manifest,
            int side,
            String path,
            int rounds,
            Table table)
            throws IOException, InterruptedException {
        byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
        String arrays = path.formatted(".npy");
        if (!Arrays.equals(
                one.asking("", arrays, jpeg).answer(),
                other.asking("", arrays, jpeg).answer())) {
            unequal.add("%s %d²".formatted(manifest.name(), side));
        }
        Contender first = one.asking("", path.formatted(".png"), jpeg);
        Contender second = other.asking("", path.formatted(".png"), jpeg);
        for (int clients : CLIENTS) {
            Rounds<Block> blocks = Rounds.measure(
                    1, rounds, List.of(() -> Block.of(first, BLOCK, clients), () -> Block.of(second, BLOCK, clients)));
            List<Double> cpu = Block.cpu(blocks.of(0));
            List<Double> otherCpu = Block.cpu(blocks.of(1));
            List<Double> speed = Block.perSecond(blocks.of(0));
            List<Double> otherSpeed = Block.perSecond(blocks.of(1));
            table.row(
                    Cell.words(manifest.name()),
                    Cell.words("%d²", side),
                    Cell.words("%d", clients),
                    Cell.millis(Spread.of(cpu)),
                    Cell.millis(Spread.of(otherCpu)),
                    Cell.ratio(Spread.ofRatios(cpu, otherCpu)),
                    new Cell.Measured(Spread.of(speed), 2, ""),
                    new Cell.Measured(Spread.of(otherSpeed), 2, ""),
                    Cell.ratio(Spread.ofRatios(speed, otherSpeed)));
        }
    }
}
