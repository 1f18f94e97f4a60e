package dev.facet.cli;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.process.TemporaryFolder;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Raster;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.NetworkOutput;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.PreparedPack;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench server}: what HTTP and everything around the engine costs. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a server of its own, sends it 512² JPEGs for PNG answers, and compares its CPU time beyond the engine's run with",
            "the bare sum of decode, resize, resize of the logits with argmax or sigmoid, and encode, in the same run (bar 1.4).",
            "Each pack is measured twice: as it is, and as a copy whose input policy is small, where the engine's run is short and",
            "its scatter doesn't hide the rest. The engine's run is the wall time that the server itself reports (Server-Timing,",
            "compute) with one engine thread: it is CPU time on a machine that does nothing else, and the report says how far that held."
        },
        footer = {
            "",
            "Examples: facet bench server --requests 60",
            "          facet bench server --against ../before --pack models/edges.safetensors"
        })
final class BenchServerCommand implements Callable<Integer> {
    private static final double BAR = 1.4;
    private static final int BLOCK = 10;
    private static final int LARGE_WARM_UPS = 6;
    private static final InputPolicy SMALL = new InputPolicy(64, true, InputPolicy.USUAL_MULTIPLE);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Option(names = "--bank", description = "Filter bank (default: models/bank.safetensors).")
    private Path bankFile;

    @Option(names = "--pack", arity = "1..*", description = "Packs (default: those in models/).")
    private List<Path> packFiles = List.of();

    @Mixin
    private ServerJar server;

    @Option(names = "--side", defaultValue = "512", description = "Side of the image in pixels (default 512).")
    private int side;

    @Option(names = "--requests", defaultValue = "60", description = "Requests a row (default 60).")
    private int requests;

    @Option(
            names = "--warm-up",
            defaultValue = "4000",
            description =
                    "Small requests before the first row of a pack; the JIT compiler is busy for that long (default 4000).")
    private int warmUp;

    @Option(
            names = "--against",
            paramLabel = "PATH",
            description = {
                "Compare with another installation instead (quarkus-app, or a checkout in which it is built): CPU time",
                "per request and throughput of both, with 1 and with 8 clients, in rounds that take turns."
            })
    private Path against;

    @Option(names = "--rounds", defaultValue = "9", description = "Rounds of --against (default 9).")
    private int rounds;

    private double wallMillis;
    private double cpuMillis;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path bankPath = Defaults.bank(bankFile);
        FilterBank bank = BankReader.read(bankPath);
        List<Path> files = packFiles.isEmpty() ? PackSelection.packFiles(bankFile) : packFiles;
        if (against != null) {
            Path other = ServerComparison.jarOf(against);
            new ServerComparison(server.jar(), other, bankPath, side, rounds, warmUp).run(files);
            return 0;
        }
        BenchReport report = new BenchReport(
                "Server's CPU time per request beyond the engine's run, %d² JPEG → PNG".formatted(side),
                "pack",
                "network input",
                "server, whole",
                "engine's run",
                "beyond",
                "bare sum",
                "ratio",
                "bar");
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench")) {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            Files.copy(bankPath, models.resolve("bank.safetensors"));
            ServerOptions options = ServerOptions.measured(server.jar(), models, 1);
            try (ServerProcess running = ServerProcess.start(options, folder.path());
                    Engine engine = OrtEngine.open(bank, EngineOptions.cpu(1))) {
                for (Path file : files) {
                    ModulatorPack pack = PackReader.read(file, bank);
                    // The small one first: its many requests warm up the compiled code of both.
                    measure(running, engine, pack, SMALL, warmUp / BLOCK, report);
                    measure(running, engine, pack, pack.manifest().input(), LARGE_WARM_UPS, report);
                }
            }
        }
        report.note(
                ("CPU time per request, %d requests a row, one after the other, in blocks of %d between blocks of the bare"
                                + " work, after %d for warming up; one engine thread. The engine's run took %.3f times its CPU time in"
                                + " the bench's own process: the server's own figure is that much too long.")
                        .formatted(requests, BLOCK, warmUp, wallMillis / cpuMillis));
        report.print();
        return 0;
    }

    private void measure(
            ServerProcess running,
            Engine engine,
            ModulatorPack pack,
            InputPolicy policy,
            int warmUps,
            BenchReport report)
            throws IOException, InterruptedException {
        String name = "bench-server";
        String kind = pack.manifest().task().id();
        byte[] jpeg = SyntheticImage.jpeg(side, side, 1);
        Frame frame = policy.frame(side, side);
        running.plug(name, BenchPacks.copy(pack, name, policy));
        double whole = 0;
        double computed = 0;
        Bare bare = new Bare();
        int blocks = Math.max(1, requests / BLOCK);
        try (PreparedPack prepared = engine.prepare(pack, Plan.FACTORED);
                Progress progress = Progress.bar(pack.manifest().name(), blocks)) {
            for (int block = -warmUps; block < blocks; block++) {
                double begin = running.cpuMillis();
                double compute = 0;
                for (int i = 0; i < BLOCK; i++) {
                    compute += running.predict(kind, name, jpeg);
                }
                double used = running.cpuMillis() - begin;
                Bare own = new Bare();
                for (int i = 0; i < BLOCK; i++) {
                    own.answer(engine, prepared, frame, jpeg);
                }
                if (block >= 0) {
                    whole += used;
                    computed += compute;
                    bare.add(own);
                    progress.step();
                }
            }
        }
        running.unplug(name);
        int count = blocks * BLOCK;
        wallMillis += bare.wallMillis;
        cpuMillis += bare.engineMillis;
        double beyond = (whole - computed) / count;
        double sum = bare.aroundMillis / count;
        report.row(
                pack.manifest().name(),
                "%d×%d".formatted(frame.paddedHeight(), frame.paddedWidth()),
                "%.1f ms".formatted(whole / count),
                "%.1f ms".formatted(computed / count),
                "%.1f ms".formatted(beyond),
                "%.1f ms".formatted(sum),
                "%.2f".formatted(beyond / sum),
                BenchReport.bar(beyond / sum, BAR, ""));
    }

    /** The same work without a server, on this thread. */
    private static final class Bare {
        private double engineMillis;
        private double wallMillis;
        private double aroundMillis;

        void answer(Engine engine, PreparedPack pack, Frame frame, byte[] jpeg) {
            double begin = cpuMillis();
            Raster image = ImageDecoder.read(jpeg, ImageLimits.DEFAULT);
            FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
            InputTensor.prepare(image, frame, engine.bank().manifest().input(), input);
            double prepared = cpuMillis();
            long start = System.nanoTime();
            NetworkOutput output = pack.run(input, frame.paddedHeight(), frame.paddedWidth());
            wallMillis += (System.nanoTime() - start) / 1e6;
            double computed = cpuMillis();
            AnswerForm form = AnswerForm.of(Representation.PNG);
            PredictionEncoder.encode(
                    pack.manifest().task(), output, frame, form, image, Cancellation.withoutDeadline());
            double end = cpuMillis();
            engineMillis += computed - prepared;
            aroundMillis += prepared - begin + end - computed;
        }

        void add(Bare other) {
            engineMillis += other.engineMillis;
            wallMillis += other.wallMillis;
            aroundMillis += other.aroundMillis;
        }

        private static double cpuMillis() {
            return THREADS.getCurrentThreadCpuTime() / 1e6;
        }
    }
}
