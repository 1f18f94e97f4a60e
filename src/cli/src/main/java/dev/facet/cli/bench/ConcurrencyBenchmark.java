package dev.facet.cli.bench;

import dev.facet.cli.bench.plain.BareNetwork;
import dev.facet.cli.load.Latencies;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.runtime.engine.ort.export.OnnxExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clients side by side: what the server answers, against the network alone and against a plain service. */
public final class ConcurrencyBenchmark implements Benchmark {
    private static final double BAR = 0.95;
    private static final int BAR_CLIENTS = 8;
    private static final int WARM_UPS = 1;
    private static final int WARM_UP_REQUESTS = 3000;

    private final List<Integer> clients;
    private final int side;
    private final int threads;
    private final int rounds;
    private final int requests;

    /**
     * @param clients that wait for their answers, one row each
     * @param side of the image in pixels
     * @param threads of one run in the server; 0 for the server's own choice
     * @param rounds that count
     * @param requests a round, at least two for each client
     */
    public ConcurrencyBenchmark(List<Integer> clients, int side, int threads, int rounds, int requests) {
        this.clients = List.copyOf(clients);
        this.side = side;
        this.threads = threads;
        this.rounds = rounds;
        this.requests = requests;
    }

    /** As {@code facet bench} runs it. */
    public static ConcurrencyBenchmark usual() {
        return new ConcurrencyBenchmark(List.of(1, 2, 4, 8, 16), 512, 0, 7, 16);
    }

    @Override
    public String name() {
        return "concurrency";
    }

    @Override
    public String title() {
        return "Clients side by side";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        FilterBank bank = BankReader.read(options.bank());
        Path pack = options.packOf("segmentation");
        ModulatorPack read = PackReader.read(pack, bank);
        byte[] file = Files.readAllBytes(pack);
        byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
        byte[] network = OnnxExporter.toBytes(bank, read);
        EngineInput input = EngineInput.of(bank, read.manifest().input(), side);
        try (MeasuredServer server = MeasuredServer.start(options, List.of(), threads);
                TemporaryFolder folder = TemporaryFolder.create("facet-bench");
                PlainProcess plain =
                        PlainProcess.start(Files.write(folder.path().resolve("network.onnx"), network));
                BareNetwork bare = BareNetwork.open(network)) {
            WarmUp.server(options, server.process(), pack, WARM_UP_REQUESTS);
            WarmUp.plain(options, plain, WARM_UP_REQUESTS);
            PlannedPacks.plug(server, file, read.manifest());
            List<Contender> sides = new ArrayList<>(PlannedPacks.contenders(server, read.manifest(), jpeg));
            sides.add(plain.asking(jpeg));
            sides.add(new BareLoop(bare, input.nchw(), input.height(), input.width()));
            return List.of(table(options, sides, read.manifest().name()));
        }
    }

    private Table table(BenchOptions options, List<Contender> sides, String name)
            throws IOException, InterruptedException {
        Table table = new Table(
                "%s, %d² JPEG → PNG".formatted(name, side),
                "clients",
                "who answers",
                "requests a second",
                "p50",
                "p95",
                "p99",
                "CPU a request",
                "requests a CPU second, to the bare loop",
                "to the plain service",
                "bar");
        for (int count : clients) {
            options.say("concurrency: %d clients", count);
            int each = Math.max(options.count(requests, 4), 2 * count);
            List<Rounds.Side<Block>> measured = new ArrayList<>();
            sides.forEach(contender -> measured.add(() -> Block.of(contender, each, count)));
            Rounds<Block> blocks = Rounds.measure(WARM_UPS, options.rounds(rounds), measured);
            for (int i = 0; i < sides.size(); i++) {
                row(table, sides, blocks, i, count);
            }
        }
        table.note(
                "Rounds that take turns, %d requests in each; CPU is that of the process that answers, of the bare loop that of"
                        + " its threads. The bare loop is ONNX Runtime's run of the exported merged network, as many threads as"
                        + " clients, one thread a run; the plain service is `PlainService`.",
                options.count(requests, 4));
        return table;
    }

    private static void row(Table table, List<Contender> sides, Rounds<Block> blocks, int side, int clients) {
        List<Block> own = blocks.of(side);
        List<Double> cpu = Block.cpu(own);
        Spread toFloor = Spread.ofRatios(Block.cpu(blocks.of(sides.size() - 1)), cpu);
        Spread toPlain = Spread.ofRatios(Block.cpu(blocks.of(sides.size() - 2)), cpu);
        Latencies latencies = Block.latencies(own);
        boolean judged = clients == BAR_CLIENTS && side < sides.size() - 2;
        table.row(
                Cell.words("%d", clients),
                Cell.words(sides.get(side).name()),
                new Cell.Measured(Spread.of(Block.perSecond(own)), 2, ""),
                new Cell.Amount(latencies.percentile(50), 0, "ms"),
                new Cell.Amount(latencies.percentile(95), 0, "ms"),
                new Cell.Amount(latencies.percentile(99), 0, "ms"),
                Cell.millis(Spread.of(cpu)),
                Cell.ratio(toFloor),
                Cell.ratio(toPlain),
                judged ? Cell.atLeast(toFloor.median(), BAR) : Cell.none());
    }
}
