package dev.facet.trainer.bench;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.file.TemporaryFolder;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Stage;
import dev.facet.trainer.engine.Precision;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code facet bench train}: RC training as {@code facet train} does it, against the same network, decoder included, in plain DJL and,
 * where it is there, in PyTorch.
 *
 * <p>All sides run as processes of their own and take turns, block by block, so that a machine's load meets all alike. All read,
 * decode and augment the same images.
 */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a training step of RC on a ResNet-18, all convolutions modulated,",
            "against the same network (same decoder) in plain DJL: blocks, trainer, the allocator as it",
            "is, and gradients for every filter, which it trains as well. With --pytorch also against",
            "PyTorch, where the filters are frozen. Where the processor computes bf16 itself, or with",
            "--bf16, that takes turns too. With --prefixes instead: what a step takes when the first",
            "stages are left as the bank has them. Prints Markdown, or JSON with --json."
        })
final class BenchTrainCommand implements Callable<Integer> {
    private static final int WARM_UP = 3;
    private static final double SPEED_BAR = 2;
    private static final double SHARE_BAR = 0.9;
    private static final long MEMORY_BAR = 2L << 30;

    @Option(names = "--size", defaultValue = "256", description = "Rows and columns of a view; default 256.")
    private int size;

    @Option(names = "--batch", defaultValue = "4", description = "Views per step; default 4.")
    private int batch;

    @Option(names = "--decoder", defaultValue = "separable", description = "separable (default) or deeplabv3plus.")
    private String decoder;

    @Option(names = "--workers", defaultValue = "1", description = "Threads that make views; default 1.")
    private int workers;

    @Option(names = "--rounds", defaultValue = "5", description = "Turns of both sides; default 5.")
    private int rounds;

    @Option(names = "--steps", defaultValue = "4", description = "Steps per turn; default 4.")
    private int steps;

    @Option(names = "--bank", paramLabel = "FILE", description = "Filter bank; default models/bank.safetensors.")
    private Optional<Path> bank;

    @Option(names = "--bf16", description = "Measure bf16 on any processor.")
    private boolean bf16;

    @Option(names = "--prefixes", description = "Compare steps modulated from each stage on, without plain DJL.")
    private boolean prefixes;

    @Option(
            names = "--pytorch",
            paramLabel = "PYTHON",
            description =
                    "Compare with PyTorch too, by this interpreter, such as .venv/bin/python; it needs torch, numpy and Pillow.")
    private Optional<String> pytorch;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Option(names = "--side", hidden = true)
    private Optional<String> side;

    @Option(names = "--data", hidden = true)
    private Optional<Path> data;

    /**
     * One side, over all rounds.
     *
     * @param imagesPerSecond views per second of wall time, loading included
     * @param cpuSecondsPerStep CPU time per step, loading included
     * @param stepShare share of the loop's time that isn't waiting for a batch
     * @param peakBytes largest resident memory
     */
    record SideFigures(double imagesPerSecond, double cpuSecondsPerStep, double stepShare, long peakBytes) {
        static SideFigures of(List<SideRun.BlockTime> blocks, int batch) {
            double seconds =
                    blocks.stream().mapToDouble(SideRun.BlockTime::seconds).sum();
            double waited = blocks.stream()
                    .mapToDouble(SideRun.BlockTime::waitedSeconds)
                    .sum();
            double cpu =
                    blocks.stream().mapToDouble(SideRun.BlockTime::cpuSeconds).sum();
            int steps = blocks.stream().mapToInt(SideRun.BlockTime::steps).sum();
            long peak = blocks.stream()
                    .mapToLong(SideRun.BlockTime::peakBytes)
                    .max()
                    .orElse(0);
            return new SideFigures(steps * batch / seconds, cpu / steps, 1 - waited / seconds, peak);
        }
    }

    /**
     * What was measured.
     *
     * @param decoder decoder of both sides
     * @param facet with the measures
     * @param bf16 the same in bf16; empty where that wasn't measured
     * @param plain without
     * @param speedup images per second of {@code facet} over {@code plain}, which trains the filters besides
     * @param torch version of PyTorch; empty where that wasn't measured
     * @param pytorch by the title of the way that it is run
     */
    record Figures(
            int size,
            int batch,
            int workers,
            String decoder,
            SideFigures facet,
            Optional<SideFigures> bf16,
            SideFigures plain,
            double speedup,
            Optional<String> torch,
            Map<String, SideFigures> pytorch) {}

    /**
     * What prefixes cost.
     *
     * @param stages by the stage that is modulated from on
     */
    record PrefixFigures(
            int size, int batch, int workers, String decoder, String precision, Map<String, SideFigures> stages) {}

    @Override
    public Integer call() throws Exception {
        BenchSettings settings = new BenchSettings(size, batch, Decoder.Kind.of(decoder), workers);
        if (rounds < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "rounds=%d, steps=%d, expected at least 1 each".formatted(rounds, steps));
        }
        String models = System.getenv("FACET_MODELS_DIR");
        Path folder = models != null ? Path.of(models) : Path.of(System.getProperty("facet.home", "."), "models");
        Path file = bank.orElse(folder.resolve("bank.safetensors"));
        if (side.isPresent()) {
            FilterBank filters = side.get().equals(SideRun.PLAIN) ? null : BankReader.read(file);
            SideRun.run(SideRun.side(side.get(), filters, settings), settings, data.orElseThrow(), System.out);
            return 0;
        }
        if (prefixes) {
            PrefixFigures figures = measurePrefixes(settings, file);
            if (json) {
                System.out.println(StrictJson.write(figures));
            } else {
                print(figures, System.out);
            }
            return 0;
        }
        Figures figures = measure(settings, file);
        if (json) {
            System.out.println(StrictJson.write(figures));
        } else {
            print(figures, System.out);
        }
        return 0;
    }

    private PrefixFigures measurePrefixes(BenchSettings settings, Path file) throws IOException {
        Precision precision = bf16 ? Precision.BF16 : Precision.FP32;
        Map<String, SideFigures> stages = new LinkedHashMap<>();
        try (TemporaryFolder images = TemporaryFolder.create("facet-bench-")) {
            BenchFolder.write(images.path(), settings.task().outputs());
            Map<String, List<String>> commands = new LinkedHashMap<>();
            for (Stage stage : Stage.values()) {
                String name = SideRun.name(precision, stage);
                commands.put(name, SideProcess.ours(name, arguments(file, images.path())));
            }
            Map<String, SideFigures> sides = takeTurns(commands, settings);
            for (Stage stage : Stage.values()) {
                stages.put(stage.id(), sides.get(SideRun.name(precision, stage)));
            }
        }
        return new PrefixFigures(size, batch, workers, decoder, precision.id(), stages);
    }

    private Figures measure(BenchSettings settings, Path file) throws IOException, InterruptedException {
        String wide = SideRun.name(Precision.FP32, Stage.CONV1);
        String narrow = SideRun.name(Precision.BF16, Stage.CONV1);
        boolean measuresNarrow = bf16 || Precision.hasBf16();
        Optional<PyTorchSide> other = pytorch.map(python -> new PyTorchSide(
                python, Path.of(System.getProperty("facet.home", "."), "docs", "pytorch", "bench_train.py")));
        Optional<String> torch = other.isPresent() ? Optional.of(other.get().version()) : Optional.empty();
        try (TemporaryFolder images = TemporaryFolder.create("facet-bench-")) {
            BenchFolder.write(images.path(), settings.task().outputs());
            Map<String, List<String>> commands = new LinkedHashMap<>();
            for (String name : measuresNarrow ? List.of(wide, narrow, SideRun.PLAIN) : List.of(wide, SideRun.PLAIN)) {
                commands.put(name, SideProcess.ours(name, arguments(file, images.path())));
            }
            List<PyTorchSide.Variant> variants = Arrays.stream(PyTorchSide.Variant.values())
                    .filter(variant -> other.isPresent() && (measuresNarrow || !variant.isNarrow()))
                    .toList();
            for (PyTorchSide.Variant variant : variants) {
                commands.put(variant.title(), other.get().command(variant, settings, file, images.path()));
            }
            Map<String, SideFigures> sides = takeTurns(commands, settings);
            SideFigures ours = sides.get(wide);
            SideFigures theirs = sides.get(SideRun.PLAIN);
            Map<String, SideFigures> others = new LinkedHashMap<>();
            variants.forEach(variant -> others.put(variant.title(), sides.get(variant.title())));
            return new Figures(
                    size,
                    batch,
                    workers,
                    decoder,
                    ours,
                    Optional.ofNullable(sides.get(narrow)),
                    theirs,
                    ours.imagesPerSecond() / theirs.imagesPerSecond(),
                    torch,
                    others);
        }
    }

    private List<String> arguments(Path file, Path images) {
        return List.of(
                "--size=" + size,
                "--batch=" + batch,
                "--decoder=" + decoder,
                "--workers=" + workers,
                "--bank=" + file,
                "--data=" + images);
    }

    /** Runs these sides, each in a process of its own, block by block. */
    private Map<String, SideFigures> takeTurns(Map<String, List<String>> commands, BenchSettings settings)
            throws IOException {
        Map<String, List<SideRun.BlockTime>> blocks = new LinkedHashMap<>();
        Map<String, SideProcess> processes = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, List<String>> command : commands.entrySet()) {
                SideProcess process = new SideProcess(command.getKey(), command.getValue());
                processes.put(command.getKey(), process);
                blocks.put(command.getKey(), new ArrayList<>());
                process.train(WARM_UP);
            }
            for (int round = 1; round <= rounds; round++) {
                for (Map.Entry<String, SideProcess> process : processes.entrySet()) {
                    blocks.get(process.getKey()).add(process.getValue().train(steps));
                }
                System.err.printf("round %d of %d%n", round, rounds);
            }
        } finally {
            for (SideProcess process : processes.values()) {
                process.close();
            }
        }
        Map<String, SideFigures> sides = new LinkedHashMap<>();
        blocks.forEach((name, times) -> sides.put(name, SideFigures.of(times, settings.batch())));
        return sides;
    }

    private void print(Figures figures, PrintStream out) {
        out.printf("### Training step, RC on ResNet-18, %d², batch %d, decoder %s%n%n", size, batch, decoder);
        printConditions(out);
        out.println("| | images/s | CPU per step | time in the step | peak memory |");
        out.println("| --- | --- | --- | --- | --- |");
        row(out, "facet train", figures.facet());
        figures.bf16().ifPresent(narrow -> row(out, "facet train, bf16", narrow));
        figures.pytorch()
                .forEach((title, side) -> row(
                        out,
                        title.replace("PyTorch", "PyTorch " + figures.torch().orElseThrow()),
                        side));
        row(out, "plain DJL, same network and decoder; trains all filters, too", figures.plain());
        out.println();
        figures.bf16()
                .ifPresent(narrow -> out.printf(
                        "* bf16: %.2f times as fast as fp32%n",
                        narrow.imagesPerSecond() / figures.facet().imagesPerSecond()));
        bar(
                out,
                "%.2f times as fast as plain DJL, which trains all filters, too (%.2f times by CPU time), bar ≥ %.0f"
                        .formatted(
                                figures.speedup(),
                                figures.plain().cpuSecondsPerStep()
                                        / figures.facet().cpuSecondsPerStep(),
                                SPEED_BAR),
                figures.speedup() >= SPEED_BAR);
        bar(
                out,
                "%.1f %% of the time in the step, bar ≥ %.0f %%"
                        .formatted(100 * figures.facet().stepShare(), 100 * SHARE_BAR),
                figures.facet().stepShare() >= SHARE_BAR);
        bar(
                out,
                "%.2f GiB at most, bar ≤ %d GiB"
                        .formatted(gibibytes(figures.facet().peakBytes()), MEMORY_BAR >> 30),
                figures.facet().peakBytes() <= MEMORY_BAR);
    }

    private void print(PrefixFigures figures, PrintStream out) {
        out.printf(
                "### Training step by prefix, RC on ResNet-18, %d², batch %d, decoder %s, %s%n%n",
                size, batch, decoder, figures.precision());
        printConditions(out);
        out.println("| modulated from | images/s | to conv1 | CPU per step | peak memory |");
        out.println("| --- | --- | --- | --- | --- |");
        double whole = figures.stages().get(Stage.CONV1.id()).imagesPerSecond();
        figures.stages()
                .forEach((stage, side) -> out.printf(
                        "| %s | %.2f | %.2f | %.2f s | %.2f GiB |%n",
                        stage,
                        side.imagesPerSecond(),
                        side.imagesPerSecond() / whole,
                        side.cpuSecondsPerStep(),
                        gibibytes(side.peakBytes())));
    }

    private void printConditions(PrintStream out) {
        out.printf(
                "%d processors; Java %s; %d rounds of %d steps a side, taking turns%n%n",
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), rounds, steps);
    }

    private static double gibibytes(long bytes) {
        return bytes / (double) (1 << 30);
    }

    private static void row(PrintStream out, String name, SideFigures figures) {
        out.printf(
                "| %s | %.2f | %.2f s | %.1f %% | %.2f GiB |%n",
                name,
                figures.imagesPerSecond(),
                figures.cpuSecondsPerStep(),
                100 * figures.stepShare(),
                gibibytes(figures.peakBytes()));
    }

    private static void bar(PrintStream out, String text, boolean met) {
        out.printf("* %s: %s%n", text, met ? "met" : "missed");
    }
}
