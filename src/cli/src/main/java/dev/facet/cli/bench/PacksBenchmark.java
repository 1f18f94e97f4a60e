package dev.facet.cli.bench;

import dev.facet.cli.load.Latencies;
import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A server with many packs: starting, memory, and the latency of one that is in use. */
public final class PacksBenchmark implements Benchmark {
    private static final double HOT_BAR = 1.05;
    private static final double START_BAR_SECONDS = 5;
    private static final int IN_USE = 100;
    private static final int BUDGET_MEGABYTES = 256;
    private static final int TOUCHED_A_ROUND = 10;
    private static final int REQUESTS = 8;
    private static final int TOUCH_SIDE = 64;
    private static final int WARM_UPS = 2000;

    private final List<Integer> counts;
    private final int side;
    private final int rounds;
    private final int coldPacks;

    /**
     * @param counts of stored packs, a row each, ascending
     * @param side of the image that the hot pack is asked about, and a cold one, in pixels
     * @param rounds that count
     * @param coldPacks whose first answers are measured, for each plan
     */
    public PacksBenchmark(List<Integer> counts, int side, int rounds, int coldPacks) {
        this.counts = counts.stream().sorted().toList();
        this.side = side;
        this.rounds = rounds;
        this.coldPacks = coldPacks;
    }

    /** As {@code facet bench} runs it. */
    public static PacksBenchmark usual() {
        return new PacksBenchmark(List.of(1, 10, 100, 1000), 512, 9, 12);
    }

    @Override
    public String name() {
        return "packs";
    }

    @Override
    public String title() {
        return "Many packs";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        Path file = options.packs().get(0);
        PackManifest manifest = PackReader.readUnbound(file).manifest();
        byte[] bytes = Files.readAllBytes(file);
        Table stored = new Table(
                "Copies of %s, %d in use, %d MB for packs".formatted(manifest.name(), IN_USE, BUDGET_MEGABYTES),
                "packs stored",
                "start",
                "start, CPU",
                "bar of the start",
                "packs hold",
                "resident growth",
                "hot pack, CPU a request",
                "with one pack",
                "ratio",
                "hot pack, p50",
                "with one pack, p50",
                "bar of the hot pack");
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench")) {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            Path single = Files.createDirectory(folder.path().resolve("single"));
            MeasuredServer.putBank(options.bank(), models);
            MeasuredServer.putBank(options.bank(), single);
            Files.write(
                    single.resolve("bench-0.safetensors"), PackFile.parse(bytes).copy("bench-0", "1", ""));
            Path data = Files.createDirectory(folder.path().resolve("one"));
            try (ServerProcess one = ServerProcess.start(how(options, single), data)) {
                Side alone = new Side(one, manifest, SyntheticImage.jpeg(side, side, 1));
                WarmUp.server(options, one, file, WARM_UPS);
                int written = 0;
                for (int count : counts) {
                    options.say("packs: %d", count);
                    for (; written < count; written++) {
                        String name = "bench-" + written;
                        Files.write(
                                models.resolve(name + ".safetensors"),
                                PackFile.parse(bytes).copy(name, "1", ""));
                    }
                    Path own = Files.createDirectory(folder.path().resolve("many-" + count));
                    row(options, how(options, models), own, alone, count, manifest, stored);
                }
            }
        }
        stored.note(
                "Before the hot pack's %d requests of a round, %d others answer one each, so that %d take turns; rounds in turns with a"
                        + " server that has one pack. What packs hold is the sum of `facet_pack_bytes`; resident growth counts from"
                        + " the end of the start, garbage collected before both looks. Start is of the clock, until the server is"
                        + " ready.",
                REQUESTS, TOUCHED_A_ROUND, IN_USE);
        return List.of(stored, ColdPacks.measure(options, bytes, manifest, side, options.count(coldPacks, 3)));
    }

    private static ServerOptions how(BenchOptions options, Path models) {
        return MeasuredServer.options(options.jar(), models, 0)
                .withVariable("FACET_LIMITS_PACK_MEMORY", BUDGET_MEGABYTES + "M");
    }

    /** A server and what it is asked. */
    private record Side(ServerProcess server, PackManifest manifest, byte[] jpeg) {
        String path(int pack) {
            return "/v1/%s.png?pack=bench-%d".formatted(manifest.task().id(), pack);
        }

        Contender hot() {
            return new ServerContender("hot pack", server, path(0), jpeg);
        }
    }

    private void row(
            BenchOptions options,
            ServerOptions how,
            Path folder,
            Side alone,
            int count,
            PackManifest manifest,
            Table table)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (ServerProcess server = ServerProcess.start(how, folder)) {
            double startSeconds = (System.nanoTime() - begin) / 1e9;
            double startCpu = server.cpuMillis() / 1000;
            Side many = new Side(server, manifest, alone.jpeg());
            WarmUp.server(options, server, options.packs().get(0), WARM_UPS);
            ServerProcess.Memory before = server.memory();
            int inUse = Math.min(count, options.count(IN_USE, 5));
            Touches touches = new Touches(many, inUse, SyntheticImage.jpeg(TOUCH_SIDE, TOUCH_SIDE, 1));
            touches.next(inUse);
            Rounds<Block> blocks = Rounds.measure(
                    1,
                    options.rounds(rounds),
                    List.of(
                            () -> {
                                touches.next(Math.min(TOUCHED_A_ROUND, inUse - 1));
                                return Block.of(many.hot(), REQUESTS, 1);
                            },
                            () -> Block.of(alone.hot(), REQUESTS, 1)));
            double held = server.packBytes();
            double growth = server.memory().minus(before);
            List<Double> own = Block.cpu(blocks.of(0));
            List<Double> other = Block.cpu(blocks.of(1));
            Spread ratio = Spread.ofRatios(own, other);
            Latencies times = Block.latencies(blocks.of(0));
            table.row(
                    Cell.words("%d", count),
                    new Cell.Amount(startSeconds, 1, "s"),
                    new Cell.Amount(startCpu, 1, "s"),
                    new Cell.Verdict(startSeconds, START_BAR_SECONDS, true, "s"),
                    Cell.megabytes(held),
                    Cell.megabytes(growth),
                    Cell.millis(Spread.of(own)),
                    Cell.millis(Spread.of(other)),
                    Cell.ratio(ratio),
                    new Cell.Amount(times.percentile(50), 0, "ms"),
                    new Cell.Amount(Block.latencies(blocks.of(1)).percentile(50), 0, "ms"),
                    Cell.atMost(ratio.median(), HOT_BAR));
        }
    }

    /** Asks other packs than the hot one, one after the other and again from the first. */
    private static final class Touches {
        private final Side side;
        private final int packs;
        private final byte[] image;
        private int last;

        Touches(Side side, int packs, byte[] image) {
            this.side = side;
            this.packs = packs;
            this.image = image;
        }

        void next(int count) throws IOException, InterruptedException {
            for (int i = 0; i < count && packs > 1; i++) {
                last = last % (packs - 1) + 1;
                new ServerContender("others", side.server(), side.path(last), image).ask();
            }
        }
    }
}
