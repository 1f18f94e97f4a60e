package dev.facet.cli;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facet bench engine}: what modulation costs over a merged network. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        description = {
            "CPU time of the factored plan and of the merged network of the same pack, runs interleaved, one thread, so that the",
            "machine's load meets both alike. Bar: factored at most 1.5 times merged (median of the rounds' ratios)."
        },
        footer = {"", "Example: facet bench engine --rounds 20"})
final class BenchEngineCommand implements Callable<Integer> {
    private static final double BAR = 1.5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--pack", arity = "1..*", description = "Packs (default: those in models/).")
    private List<Path> packFiles = List.of();

    @Option(names = "--side", defaultValue = "512", description = "Side of the image in pixels (default 512).")
    private int side;

    @Option(names = "--rounds", defaultValue = "15", description = "Rounds that count (default 15).")
    private int rounds;

    @Override
    public Integer call() throws IOException {
        FilterBank bank = BankReader.read(Defaults.bank(bankFile));
        List<Path> files = packFiles.isEmpty() ? PackSelection.packFiles(bankFile) : packFiles;
        BenchReport report = new BenchReport(
                "Latency of the factored plan against the merged network",
                "pack",
                "input",
                "factored, CPU",
                "merged, CPU",
                "ratio",
                "bar");
        try (Engine engine = OrtEngine.open(bank, EngineOptions.cpu(1))) {
            for (Path file : files) {
                measure(engine, PackReader.read(file, bank), report);
            }
        }
        report.note("CPU time of the calling thread, one thread a run; medians of %d rounds.".formatted(rounds));
        report.print();
        return 0;
    }

    private void measure(Engine engine, ModulatorPack pack, BenchReport report) {
        InputPolicy policy = pack.manifest().input();
        Frame frame = policy.frame(side, side);
        FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
        Raster image = new Raster(side, side, SyntheticImage.draw(side, side, 1));
        InputTensor.prepare(image, frame, engine.bank().manifest().input(), input);
        double[] factored = new double[rounds];
        double[] merged = new double[rounds];
        double[] ratios = new double[rounds];
        try (PreparedPack first = engine.prepare(pack, Plan.FACTORED);
                PreparedPack second = engine.prepare(pack, Plan.MERGED);
                Progress progress = Progress.bar(pack.manifest().name(), rounds)) {
            for (int round = -2; round < rounds; round++) {
                boolean swapped = round % 2 != 0;
                double before = swapped ? millis(second, input, frame) : 0;
                double one = millis(first, input, frame);
                double other = swapped ? before : millis(second, input, frame);
                if (round >= 0) {
                    factored[round] = one;
                    merged[round] = other;
                    ratios[round] = one / other;
                    progress.step();
                }
            }
        }
        report.row(
                "%s@%s".formatted(pack.manifest().name(), pack.manifest().version()),
                "%d×%d".formatted(frame.paddedHeight(), frame.paddedWidth()),
                "%.0f ms".formatted(BenchReport.median(factored)),
                "%.0f ms".formatted(BenchReport.median(merged)),
                "%.3f".formatted(BenchReport.median(ratios)),
                BenchReport.bar(BenchReport.median(ratios), BAR, ""));
    }

    private static double millis(PreparedPack pack, FloatBuffer input, Frame frame) {
        long begin = THREADS.getCurrentThreadCpuTime();
        pack.run(input, frame.paddedHeight(), frame.paddedWidth());
        return (THREADS.getCurrentThreadCpuTime() - begin) / 1e6;
    }
}
