package dev.facet.cli.bench;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The first answer of a pack that lies on disk, against its next one. */
final class ColdPacks {
    private static final double BAR = 1.5;
    private static final int WARM_UPS = 2;

    private ColdPacks() {}

    /**
     * A table with a row for each plan that the pack offers.
     *
     * @param side of the image in pixels
     * @param count packs that are asked, for each plan
     */
    static Table measure(BenchOptions options, byte[] file, PackManifest manifest, int side, int count)
            throws IOException, InterruptedException {
        Table table = new Table(
                "First answer of a cold pack (%s), %d² JPEG → PNG".formatted(manifest.name(), side),
                "plan",
                "first answer, CPU",
                "next one, CPU",
                "ratio",
                "first, of the clock",
                "next",
                "bar");
        List<Plan> plans = PlannedPacks.plans(manifest);
        byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench")) {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            MeasuredServer.putBank(options.bank(), models);
            // The default of the kind is opened at the start: that is this one.
            Files.write(
                    models.resolve("bench-default.safetensors"),
                    PackFile.parse(file).copy("bench-default", "1", ""));
            ServerOptions how = MeasuredServer.options(options.jar(), models, 0);
            try (ServerProcess server = ServerProcess.start(how, folder.path())) {
                for (Plan plan : plans) {
                    for (int i = 0; i < WARM_UPS + count; i++) {
                        String name = name(plan, i);
                        server.plug(name, PackFile.parse(file).copy(name, "1", ""), plan.id());
                    }
                }
            }
            options.say("packs: cold ones");
            try (ServerProcess server = ServerProcess.start(how, folder.path())) {
                String path = "/v1/%s.png?pack=%s";
                Contender base = new ServerContender(
                        "base", server, path.formatted(manifest.task().id(), "bench-default"), jpeg);
                Block.of(base, options.count(60, 4), 1);
                for (Plan plan : plans) {
                    List<Block> first = new ArrayList<>();
                    List<Block> next = new ArrayList<>();
                    for (int i = 0; i < WARM_UPS + count; i++) {
                        Contender pack = new ServerContender(
                                plan.id(),
                                server,
                                path.formatted(manifest.task().id(), name(plan, i)),
                                jpeg);
                        first.add(Block.of(pack, 1, 1));
                        next.add(Block.of(pack, 1, 1));
                    }
                    row(table, plan, first.subList(WARM_UPS, first.size()), next.subList(WARM_UPS, next.size()));
                }
            }
        }
        table.note("The server's CPU time for each of %d packs, which no request had used since the start.", count);
        return table;
    }

    private static String name(Plan plan, int number) {
        return "bench-%s-%d".formatted(plan.id(), number);
    }

    private static void row(Table table, Plan plan, List<Block> first, List<Block> next) {
        Spread ratio = Spread.ofRatios(Block.cpu(first), Block.cpu(next));
        table.row(
                Cell.words(plan.id()),
                Cell.millis(Spread.of(Block.cpu(first))),
                Cell.millis(Spread.of(Block.cpu(next))),
                Cell.ratio(ratio),
                new Cell.Amount(Block.latencies(first).percentile(50), 0, "ms"),
                new Cell.Amount(Block.latencies(next).percentile(50), 0, "ms"),
                plan == Plan.FACTORED ? Cell.atMost(ratio.median(), BAR) : Cell.none());
    }
}
