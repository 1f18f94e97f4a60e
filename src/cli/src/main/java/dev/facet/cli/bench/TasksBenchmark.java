package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Several tasks on one image: in one call against single calls, and one after another on an image just seen. */
public final class TasksBenchmark implements Benchmark {
    private static final double FLOAT_BAR = 0.70;
    private static final double FLOAT_ENGINE_BAR = 0.68;
    private static final double INT8_BAR = 0.32;
    private static final double INT8_ENGINE_BAR = 0.27;
    private static final double SECOND_BAR = 0.65;
    private static final int BAR_SIDE = 512;
    private static final int BAR_TASKS = 6;
    private static final int IMAGES = 4;
    private static final int WARM_UPS = 1500;

    private final List<Integer> sides;
    private final int rounds;
    private final int calls;

    /**
     * @param sides of the images in pixels
     * @param rounds that count
     * @param calls of each side of a comparison in a round
     */
    public TasksBenchmark(List<Integer> sides, int rounds, int calls) {
        this.sides = List.copyOf(sides);
        this.rounds = rounds;
        this.calls = calls;
    }

    /** As {@code facet bench} runs it. */
    public static TasksBenchmark usual() {
        return new TasksBenchmark(List.of(256, 512), 7, 4);
    }

    @Override
    public String name() {
        return "tasks";
    }

    @Override
    public String title() {
        return "Many tasks on one image";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        List<PackManifest> packs = new ArrayList<>();
        for (Path file : options.packs()) {
            packs.add(PackReader.readUnbound(file).manifest());
        }
        List<Table> tables = new ArrayList<>(together(options, packs));
        tables.add(second(options, packs));
        return tables;
    }

    private List<Table> together(BenchOptions options, List<PackManifest> packs)
            throws IOException, InterruptedException {
        Table whole = comparison("One call against single calls, the whole request, JPEG → PNG");
        Table engine = comparison("The same, the engine's runs alone");
        try (MeasuredServer server = MeasuredServer.start(options, List.of(), 1)) {
            for (int i = 0; i < packs.size(); i++) {
                PlannedPacks.plug(server, Files.readAllBytes(options.packs().get(i)), packs.get(i));
            }
            warmUp(options, server.process());
            for (int side : sides) {
                byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
                for (int tasks = 1; tasks <= packs.size(); tasks++) {
                    options.say("tasks: %d, %d²", tasks, side);
                    rows(options, server.process(), packs.subList(0, tasks), jpeg, side, whole, engine);
                }
            }
        }
        whole.note(
                "Server's CPU time, %d calls a round, one after the other, rounds in turns; one engine thread; features aren't"
                        + " shared between requests (`facet.limits.feature-memory=0`). fp32 is the factored plan. Tasks, in order: %s.",
                options.count(calls, 2), packs.stream().map(PackManifest::name).collect(Collectors.joining(", ")));
        engine.note("Of the same calls, what the server counts as its engine's (`facet_engine_cpu_seconds_total`).");
        return List.of(whole, engine);
    }

    private static Table comparison(String title) {
        return new Table(
                title, "image", "tasks", "plan of the one call", "one call, CPU", "single calls, fp32", "ratio", "bar");
    }

    /** Each kind has an encoder of its own. */
    private static void warmUp(BenchOptions options, ServerProcess server) throws IOException, InterruptedException {
        for (Path pack : options.packs()) {
            WarmUp.server(options, server, pack, WARM_UPS / options.packs().size());
        }
    }

    private void rows(
            BenchOptions options,
            ServerProcess server,
            List<PackManifest> packs,
            byte[] jpeg,
            int side,
            Table whole,
            Table engine)
            throws IOException, InterruptedException {
        int count = options.count(calls, 2);
        List<Plan> plans = new ArrayList<>(List.of(Plan.FACTORED));
        if (packs.stream().allMatch(pack -> pack.plans().containsKey(Plan.INT8))) {
            plans.add(Plan.INT8);
        }
        Contender singles = singles(server, packs, jpeg);
        List<Rounds.Side<Served>> measured = new ArrayList<>(List.of(() -> Served.of(server, singles, count)));
        for (Plan plan : plans) {
            Contender call = new ServerContender(plan.id(), server, together(packs, plan), jpeg);
            measured.add(() -> Served.of(server, call, count));
        }
        Rounds<Served> served = Rounds.measure(1, options.rounds(rounds), measured);
        boolean judged = packs.size() == BAR_TASKS && side == BAR_SIDE;
        for (int i = 0; i < plans.size(); i++) {
            boolean int8 = plans.get(i) == Plan.INT8;
            List<Cell> what = List.of(
                    Cell.words("%d²", side),
                    Cell.words("%d", packs.size()),
                    Cell.words(plans.get(i).id()));
            row(
                    whole,
                    what,
                    Served.wholes(served.of(i + 1)),
                    Served.wholes(served.of(0)),
                    judged ? (int8 ? INT8_BAR : FLOAT_BAR) : 0);
            row(
                    engine,
                    what,
                    Served.engines(served.of(i + 1)),
                    Served.engines(served.of(0)),
                    judged ? (int8 ? INT8_ENGINE_BAR : FLOAT_ENGINE_BAR) : 0);
        }
    }

    /** @param bar of the ratio; 0 where it isn't judged */
    private static void row(Table table, List<Cell> what, List<Double> own, List<Double> alone, double bar) {
        Spread ratio = Spread.ofRatios(own, alone);
        List<Cell> cells = new ArrayList<>(what);
        cells.add(Cell.millis(Spread.of(own)));
        cells.add(Cell.millis(Spread.of(alone)));
        cells.add(Cell.ratio(ratio));
        cells.add(bar == 0 ? Cell.none() : Cell.atMost(ratio.median(), bar));
        table.row(cells.toArray(Cell[]::new));
    }

    /** Where all answer in one call. */
    private static String together(List<PackManifest> packs, Plan plan) {
        return "/v1/predict?packs="
                + packs.stream().map(pack -> PlannedPacks.name(pack, plan)).collect(Collectors.joining(","));
    }

    /** Each asked by a call of its own; all of them count as one. */
    private static Contender singles(ServerProcess server, List<PackManifest> packs, byte[] jpeg) {
        List<ServerContender> each = packs.stream()
                .map(pack -> new ServerContender(pack.name(), server, PlannedPacks.path(pack, Plan.FACTORED), jpeg))
                .toList();
        return new Contender() {
            @Override
            public String name() {
                return "single calls";
            }

            @Override
            public void ask() throws IOException, InterruptedException {
                for (ServerContender contender : each) {
                    contender.ask();
                }
            }

            @Override
            public double cpuMillis() throws IOException {
                return server.cpuMillis();
            }
        };
    }

    /** Images that nobody has seen, each asked about with one pack and then with another. */
    private Table second(BenchOptions options, List<PackManifest> packs) throws IOException, InterruptedException {
        Table table = new Table(
                "A second task for an image just seen, features shared between requests",
                "image",
                "tasks",
                "plan",
                "first, CPU",
                "second",
                "ratio",
                "bar");
        if (packs.size() < 2) {
            table.note("One pack only: nothing to compare.");
            return table;
        }
        List<Plan> plans = new ArrayList<>(List.of(Plan.FACTORED, Plan.INT8));
        plans.removeIf(plan ->
                !packs.get(0).plans().containsKey(plan) || !packs.get(1).plans().containsKey(plan));
        try (MeasuredServer server =
                MeasuredServer.start(options.jar(), options.bank(), List.of(), 1, MeasuredServer::sharing)) {
            for (int i = 0; i < 2; i++) {
                PlannedPacks.plug(server, Files.readAllBytes(options.packs().get(i)), packs.get(i));
            }
            warmUp(options, server.process());
            long seed = 1;
            for (int side : sides) {
                for (Plan plan : plans) {
                    options.say("tasks: a second one, %d², %s", side, plan.id());
                    List<Double> first = new ArrayList<>();
                    List<Double> second = new ArrayList<>();
                    for (int round = -1; round < options.rounds(rounds); round++) {
                        List<byte[]> images = new ArrayList<>();
                        for (int i = 0; i < IMAGES; i++) {
                            images.add(SyntheticImage.jpeg(side, side, ++seed));
                        }
                        double one = cpu(server.process(), PlannedPacks.path(packs.get(0), plan), images);
                        double other = cpu(server.process(), PlannedPacks.path(packs.get(1), plan), images);
                        if (round >= 0) {
                            first.add(one);
                            second.add(other);
                        }
                    }
                    Spread ratio = Spread.ofRatios(second, first);
                    table.row(
                            Cell.words("%d²", side),
                            Cell.words(
                                    "%s, then %s",
                                    packs.get(0).name(), packs.get(1).name()),
                            Cell.words(plan.id()),
                            Cell.millis(Spread.of(first)),
                            Cell.millis(Spread.of(second)),
                            Cell.ratio(ratio),
                            side == BAR_SIDE ? Cell.atMost(ratio.median(), SECOND_BAR) : Cell.none());
                }
            }
        }
        table.note("%d new images a round, each asked about twice.", IMAGES);
        return table;
    }

    private static double cpu(ServerProcess server, String path, List<byte[]> images)
            throws IOException, InterruptedException {
        double begin = server.cpuMillis();
        for (byte[] image : images) {
            new ServerContender("", server, path, image).ask();
        }
        return (server.cpuMillis() - begin) / images.size();
    }
}
