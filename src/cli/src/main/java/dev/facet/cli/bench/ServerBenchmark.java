package dev.facet.cli.bench;

import dev.facet.cli.process.ProcessUsage;
import dev.facet.cli.process.ProcessUsage.ThreadTime;
import dev.facet.cli.sample.PackFile;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.engine.ort.export.OnnxExporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What HTTP and everything around the engine costs, and the whole request against a plain service's. */
public final class ServerBenchmark implements Benchmark {
    private static final double BEYOND_BAR = 1.15;
    private static final double FLOAT_BAR = 1.0;
    private static final double INT8_BAR = 0.55;
    private static final int BLOCK = 10;

    private final List<Integer> sides;
    private final int rounds;
    private final int warmUps;

    /**
     * @param sides of the images in pixels
     * @param rounds of ten requests that count
     * @param warmUps small requests before, while the JIT compiler is busy
     */
    public ServerBenchmark(List<Integer> sides, int rounds, int warmUps) {
        this.sides = List.copyOf(sides);
        this.rounds = rounds;
        this.warmUps = warmUps;
    }

    /** As {@code facet bench} runs it. */
    public static ServerBenchmark usual() {
        return new ServerBenchmark(List.of(256, 512), 8, 3000);
    }

    @Override
    public String name() {
        return "server";
    }

    @Override
    public String title() {
        return "The server around the engine";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        FilterBank bank = BankReader.read(options.bank());
        Table whole = new Table(
                "The whole request against a plain service's, JPEG → PNG",
                "pack",
                "image",
                "plan",
                "Facet, CPU a request",
                "plain service",
                "ratio",
                "bar");
        Table beyond = new Table(
                "Server's CPU time beyond the engine's run, JPEG → PNG",
                "pack",
                "image",
                "server, whole",
                "engine's run",
                "beyond",
                "bare sum",
                "ratio",
                "bar");
        Table threads = new Table(
                "Where that time goes, ms a request by the server's threads",
                "pack",
                "image",
                "threads",
                "CPU",
                "share");
        try (MeasuredServer server = MeasuredServer.start(options, List.of(), 1);
                Engine engine =
                        OrtEngine.open(bank, CalibrationFile.readBeside(options.bank(), bank), EngineOptions.cpu(1))) {
            compareWhole(options, server, bank, whole);
            for (Path file : options.packs()) {
                Pack pack = new Pack(PackReader.read(file, bank), Files.readAllBytes(file));
                WarmUp.server(
                        options,
                        server.process(),
                        file,
                        warmUps / options.packs().size());
                WarmUp.bare(
                        options, engine, bank, file, warmUps / options.packs().size());
                for (int side : sides) {
                    options.say("server: %s, %d²", pack.manifest().name(), side);
                    measureBeyond(options, server, engine, pack, side, beyond, threads);
                }
            }
        }
        beyond.note(
                "Means of %d requests a round, one after the other, rounds in turns with the bare work; one engine thread. The"
                        + " engine's run is CPU time, which the server itself counts (`facet_engine_cpu_seconds_total`).",
                BLOCK);
        return List.of(whole, beyond, threads);
    }

    private record Pack(ModulatorPack pack, byte[] file) {
        PackManifest manifest() {
            return pack.manifest();
        }
    }

    private void compareWhole(BenchOptions options, MeasuredServer server, FilterBank bank, Table table)
            throws IOException, InterruptedException {
        Path file = options.packOf("segmentation");
        ModulatorPack pack = PackReader.read(file, bank);
        List<Plan> plans = PlannedPacks.plans(pack.manifest());
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench");
                PlainProcess plain = PlainProcess.start(
                        Files.write(folder.path().resolve("network.onnx"), OnnxExporter.toBytes(bank, pack)))) {
            byte[] copies = Files.readAllBytes(file);
            PlannedPacks.plug(server, copies, pack.manifest());
            WarmUp.server(options, server.process(), file, warmUps);
            WarmUp.plain(options, plain, warmUps);
            for (int side : sides) {
                options.say("server: against the plain service, %d²", side);
                byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
                List<Rounds.Side<Block>> measured = new ArrayList<>();
                for (Contender contender : PlannedPacks.contenders(server, pack.manifest(), jpeg)) {
                    measured.add(() -> Block.of(contender, BLOCK, 1));
                }
                measured.add(() -> Block.of(plain.asking(jpeg), BLOCK, 1));
                Rounds<Block> blocks = Rounds.measure(1, options.rounds(rounds), measured);
                List<Double> others = Block.cpu(blocks.of(plans.size()));
                for (int i = 0; i < plans.size(); i++) {
                    List<Double> own = Block.cpu(blocks.of(i));
                    Spread ratio = Spread.ofRatios(own, others);
                    table.row(
                            Cell.words(pack.manifest().name()),
                            Cell.words("%d²", side),
                            Cell.words(plans.get(i).id()),
                            Cell.millis(Spread.of(own)),
                            Cell.millis(Spread.of(others)),
                            Cell.ratio(ratio),
                            Cell.atMost(ratio.median(), plans.get(i) == Plan.INT8 ? INT8_BAR : FLOAT_BAR));
                }
            }
            PlannedPacks.unplug(server, pack.manifest());
        }
        table.note(
                "CPU time of each process, %d requests a round, one client. The plain service runs the exported merged network"
                                .formatted(BLOCK)
                        + " with one thread, ImageIO both ways and the JDK's HTTP server (`PlainService`).");
    }

    private void measureBeyond(
            BenchOptions options,
            MeasuredServer server,
            Engine engine,
            Pack pack,
            int side,
            Table beyond,
            Table threads)
            throws IOException, InterruptedException {
        String name = PlannedPacks.name(pack.manifest(), Plan.FACTORED);
        server.process().plug(name, PackFile.parse(pack.file()).copy(name, "1", ""), Plan.FACTORED.id());
        byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
        Contender asking = server.asking("server", PlannedPacks.path(pack.manifest(), Plan.FACTORED), jpeg);
        List<Served> served = new ArrayList<>();
        List<BareAnswer> bare = new ArrayList<>();
        Map<String, Double> spent = new TreeMap<>();
        int counted = options.rounds(rounds);
        try (PreparedPack prepared = engine.prepare(pack.pack(), Plan.FACTORED)) {
            var frame = pack.manifest().input().frame(side, side);
            List<Rounds.Side<Integer>> measured = List.of(
                    () -> {
                        Map<Long, ThreadTime> before =
                                ProcessUsage.threads(server.process().pid());
                        served.add(Served.of(server.process(), asking, BLOCK));
                        ThreadGroups.spent(
                                        before,
                                        ProcessUsage.threads(server.process().pid()))
                                .forEach((group, millis) -> spent.merge(group, millis, Double::sum));
                        return 0;
                    },
                    () -> {
                        bare.add(BareAnswer.of(engine, prepared, frame, jpeg, BLOCK));
                        return 0;
                    });
            Rounds.measure(1, 0, measured);
            served.clear();
            bare.clear();
            spent.clear();
            Rounds.measure(0, counted, measured);
        }
        server.process().unplug(name);
        rowBeyond(beyond, pack, side, served, bare);
        double all = spent.values().stream().mapToDouble(Double::doubleValue).sum();
        spent.forEach((group, millis) -> {
            if (millis > 0) {
                threads.row(
                        Cell.words(pack.manifest().name()),
                        Cell.words("%d²", side),
                        Cell.words(group),
                        new Cell.Amount(millis / counted / BLOCK, 2, "ms"),
                        new Cell.Amount(100 * millis / all, 1, "%"));
            }
        });
    }

    private static void rowBeyond(Table table, Pack pack, int side, List<Served> served, List<BareAnswer> bare) {
        List<Double> beyond = served.stream().map(Served::beyond).toList();
        List<Double> sum = bare.stream().map(BareAnswer::aroundMillis).toList();
        Spread ratio = Spread.ofRatios(beyond, sum);
        table.row(
                Cell.words(pack.manifest().name()),
                Cell.words("%d²", side),
                Cell.millis(Spread.of(Served.wholes(served))),
                Cell.millis(Spread.of(Served.engines(served))),
                Cell.millis(Spread.of(beyond)),
                Cell.millis(Spread.of(sum)),
                Cell.ratio(ratio),
                Cell.atMost(ratio.median(), BEYOND_BAR));
    }
}
