package dev.facet.cli.bench;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.quantization.BankCalibration;
import dev.facet.core.quantization.CalibrationFile;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The engine's run of each pack under each plan that it offers, one thread. */
public final class EngineBenchmark implements Benchmark {
    private static final double FACTORED_BAR = 1.5;
    private static final double INT8_BAR = 0.48;
    private static final int WARM_UPS = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<Integer> sides;
    private final int rounds;

    /**
     * @param sides of the images in pixels
     * @param rounds that count
     */
    public EngineBenchmark(List<Integer> sides, int rounds) {
        this.sides = List.copyOf(sides);
        this.rounds = rounds;
    }

    /** As {@code facet bench} runs it. */
    public static EngineBenchmark usual() {
        return new EngineBenchmark(List.of(256, 512), 15);
    }

    @Override
    public String name() {
        return "engine";
    }

    @Override
    public String title() {
        return "The engine's run, by plan";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        FilterBank bank = BankReader.read(options.bank());
        Optional<BankCalibration> calibration = CalibrationFile.readBeside(options.bank(), bank);
        Table table = new Table(
                "CPU time of one image's run, one thread",
                "pack",
                "output stride, modulated from, decoder's width",
                "input",
                "plan",
                "CPU",
                "to merged",
                "bar");
        try (Engine engine = OrtEngine.open(bank, calibration, EngineOptions.cpu(1))) {
            for (Path file : options.packs()) {
                ModulatorPack pack = PackReader.read(file, bank);
                options.say("engine: %s", pack.manifest().name());
                for (int side : sides) {
                    measure(engine, pack, side, options.rounds(rounds), table);
                }
            }
        }
        table.note(
                "CPU time of the calling thread, median and quartiles of %d rounds that take turns.",
                options.rounds(rounds));
        return List.of(table);
    }

    private static void measure(Engine engine, ModulatorPack pack, int side, int rounds, Table table)
            throws IOException, InterruptedException {
        EngineInput input = EngineInput.of(engine.bank(), pack.manifest().input(), side);
        List<Plan> plans = PlannedPacks.plans(pack.manifest());
        List<PreparedPack> prepared = new ArrayList<>();
        try {
            List<Rounds.Side<Double>> measured = new ArrayList<>();
            for (Plan plan : plans) {
                PreparedPack ready = engine.prepare(pack, plan);
                prepared.add(ready);
                measured.add(() -> millis(ready, input));
            }
            Rounds<Double> results = Rounds.measure(WARM_UPS, rounds, measured);
            List<Double> merged = plans.contains(Plan.MERGED) ? results.of(plans.indexOf(Plan.MERGED)) : List.of();
            for (int i = 0; i < plans.size(); i++) {
                row(table, pack, input, plans.get(i), results.of(i), merged);
            }
        } finally {
            prepared.forEach(PreparedPack::close);
        }
    }

    private static void row(
            Table table, ModulatorPack pack, EngineInput input, Plan plan, List<Double> own, List<Double> merged) {
        PackManifest manifest = pack.manifest();
        Cell ratio = Cell.none();
        Cell bar = Cell.none();
        if (!merged.isEmpty() && plan != Plan.MERGED) {
            Spread spread = Spread.ofRatios(own, merged);
            ratio = Cell.ratio(spread);
            bar = Cell.atMost(spread.median(), plan == Plan.INT8 ? INT8_BAR : FACTORED_BAR);
        }
        table.row(
                Cell.words("%s@%s", manifest.name(), manifest.version()),
                Cell.words(
                        "%d, %s, %d",
                        manifest.outputStride(),
                        manifest.modulatedFrom().id(),
                        manifest.decoder().width()),
                Cell.words(input.size()),
                Cell.words(plan.id()),
                Cell.millis(Spread.of(own)),
                ratio,
                bar);
    }

    private static double millis(PreparedPack pack, EngineInput input) {
        long begin = THREADS.getCurrentThreadCpuTime();
        pack.run(input.nchw(), input.height(), input.width());
        return (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
    }
}
