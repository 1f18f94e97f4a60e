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
    private static final double INT8_BAR = 0.32;
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
        return List.of(whole(options, packs), second(options, packs));
    }

    private Table whole(BenchOptions options, List<PackManifest> packs) throws IOException, InterruptedException {
        Table table = new Table(
                "One call against single calls, the whole request, JPEG → PNG",
                "image",
                "tasks",
                "plan of the one call",
                "one call, CPU",
                "single calls, fp32",
                "ratio",
                "bar");
        try (MeasuredServer server = MeasuredServer.start(options, List.of(), 1)) {
            for (int i = 0; i < packs.size(); i++) {
                PlannedPacks.plug(server, Files.readAllBytes(options.packs().get(i)), packs.get(i));
            }
            WarmUp.server(options, server.process(), options.packs().get(0), WARM_UPS);
            for (int side : sides) {
                byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
                for (int tasks = 1; tasks <= packs.size(); tasks++) {
                    options.say("tasks: %d, %d²", tasks, side);
                    rows(options, server.process(), packs.subList(0, tasks), jpeg, side, table);
                }
            }
        }
        table.note(
                "Server's CPU time, %d calls a round, one after the other, rounds in turns; one engine thread; features aren't"
                        + " shared between requests (`facet.limits.feature-memory=0`). fp32 is the factored plan. Tasks, in order: %s.",
                options.count(calls, 2), packs.stream().map(PackManifest::name).collect(Collectors.joining(", ")));
        return table;
    }

    private void rows(
            BenchOptions options, ServerProcess server, List<PackManifest> packs, byte[] jpeg, int side, Table table)
            throws IOException, InterruptedException {
        int count = options.count(calls, 2);
        List<Plan> plans = new ArrayList<>(List.of(Plan.FACTORED));
        if (packs.stream().allMatch(pack -> pack.plans().containsKey(Plan.INT8))) {
            plans.add(Plan.INT8);
        }
        Contender singles = singles(server, packs, jpeg);
        List<Rounds.Side<Block>> measured = new ArrayList<>(List.of(() -> Block.of(singles, count, 1)));
        for (Plan plan : plans) {
            Contender call = new ServerContender(plan.id(), server, together(packs, plan), jpeg);
            measured.add(() -> Block.of(call, count, 1));
        }
        Rounds<Block> blocks = Rounds.measure(1, options.rounds(rounds), measured);
        List<Double> alone = Block.cpu(blocks.of(0));
        for (int i = 0; i < plans.size(); i++) {
            List<Double> own = Block.cpu(blocks.of(i + 1));
            Spread ratio = Spread.ofRatios(own, alone);
            double bar = plans.get(i) == Plan.INT8 ? INT8_BAR : FLOAT_BAR;
            boolean judged = packs.size() == BAR_TASKS && side == BAR_SIDE;
            table.row(
                    Cell.words("%d²", side),
                    Cell.words("%d", packs.size()),
                    Cell.words(plans.get(i).id()),
                    Cell.millis(Spread.of(own)),
                    Cell.millis(Spread.of(alone)),
                    Cell.ratio(ratio),
                    judged ? Cell.atMost(ratio.median(), bar) : Cell.none());
        }
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
            WarmUp.server(options, server.process(), options.packs().get(0), WARM_UPS);
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
