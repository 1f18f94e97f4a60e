package dev.facet.cli;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.process.TemporaryFolder;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.pack.ModulatorPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench plug}: what a pack costs a running server, in memory and in CPU time. */
@Command(
        name = "plug",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a server of its own and measures: memory per added pack at 1, 5 and 20 packs, as a ratio to the bytes of its",
            "fp32 tensors (bar 1.5); memory over plug/unplug rounds (bar: flat); CPU time from the last byte of an upload to the",
            "answer of a 192² request, self-test included, less that request's own CPU time (bar 150 ms).",
            "Memory is the resident set after garbage collections with a heap of fixed, touched size, plus the live heap."
        },
        footer = {
            "",
            "Examples: facet bench plug --task edges",
            "          facet bench plug --only rounds --rounds 1000"
        })
final class BenchPlugCommand implements Callable<Integer> {
    private static final List<Integer> COUNTS = List.of(1, 5, 20);
    private static final double MEMORY_BAR = 1.5;
    private static final double CPU_BAR_MILLIS = 150;
    private static final int WARM_UPS = 10;
    private static final int MAX_FILLERS = 60;

    @Mixin
    private PackSelection selection;

    @Mixin
    private ServerJar server;

    @Option(names = "--rounds", defaultValue = "200", description = "Plug/unplug rounds (default 200).")
    private int rounds;

    /** What is measured. */
    enum Part {
        MEMORY,
        CPU,
        ROUNDS
    }

    @Option(
            names = "--only",
            split = ",",
            description = "Parts to measure: ${COMPLETION-CANDIDATES} (default all).",
            defaultValue = "MEMORY,CPU,ROUNDS")
    private Set<Part> parts;

    @Option(names = "--uploads", defaultValue = "20", description = "Uploads whose CPU time is averaged (default 20).")
    private int uploads;

    @Override
    public Integer call() throws IOException, InterruptedException {
        FilterBank bank = BankReader.read(selection.bankFile());
        ModulatorPack pack = selection.pack(bank);
        try (TemporaryFolder folder = TemporaryFolder.create("facet-bench")) {
            Path models = Files.createDirectory(folder.path().resolve("models"));
            Files.copy(selection.bankFile(), models.resolve("bank.safetensors"));
            ServerOptions options = ServerOptions.measured(server.jar(), models, Defaults.threads());
            try (ServerProcess running = ServerProcess.start(options, folder.path())) {
                measure(running, pack);
            }
        }
        return 0;
    }

    private void measure(ServerProcess running, ModulatorPack pack) throws IOException, InterruptedException {
        InputPolicy policy = pack.manifest().input();
        String kind = pack.manifest().task().id();
        byte[] jpeg = SyntheticImage.jpeg(192, 192, 1);
        // What the first packs and requests set up (session, code, arenas) isn't a pack's cost.
        running.plug("bench-base", BenchPacks.copy(pack, "bench-base", policy));
        for (int i = 0; i < WARM_UPS; i++) {
            running.predict(kind, "bench-base", jpeg);
            running.plug("bench-warm", BenchPacks.copy(pack, "bench-warm", policy));
            running.predict(kind, "bench-warm", jpeg);
            running.unplug("bench-warm");
        }
        if (parts.contains(Part.MEMORY)) {
            measureMemory(running, pack, kind, jpeg);
        }
        if (parts.contains(Part.CPU)) {
            measureCpu(running, pack, kind, jpeg);
        }
        if (parts.contains(Part.ROUNDS)) {
            measureRounds(running, pack, kind, jpeg);
        }
    }

    private void measureMemory(ServerProcess running, ModulatorPack pack, String kind, byte[] jpeg)
            throws IOException, InterruptedException {
        double bytes = BenchPacks.floatBytes(pack);
        BenchReport report = new BenchReport(
                "Memory per added pack (%s, %.2f MB of fp32 tensors)"
                        .formatted(pack.manifest().name(), bytes / 1e6),
                "packs added",
                "memory",
                "per pack",
                "ratio",
                "bar");
        int fillers = useUpFreeMemory(running, pack, kind, jpeg);
        ServerProcess.Memory before = running.memory();
        int plugged = 0;
        for (int count : COUNTS) {
            while (plugged < count) {
                String name = "bench-" + ++plugged;
                running.plug(name, BenchPacks.copy(pack, name, pack.manifest().input()));
                running.predict(kind, name, jpeg);
            }
            double growth = running.memory().minus(before);
            report.row(
                    Integer.toString(count),
                    "%.1f MB".formatted(growth / 1e6),
                    "%.2f MB".formatted(growth / count / 1e6),
                    "%.2f".formatted(growth / count / bytes),
                    BenchReport.bar(growth / count / bytes, MEMORY_BAR, ""));
        }
        for (int i = 1; i <= plugged; i++) {
            running.unplug("bench-" + i);
        }
        for (int i = 1; i <= fillers; i++) {
            running.unplug("bench-filler-" + i);
        }
        report.note(
                ("Counted after %d packs that used up what the allocator had free from start and warm-up (a pack that fits in"
                                + " there grows nothing); every added pack answered one request.")
                        .formatted(fillers));
        report.print();
    }

    /** Plugs packs until two in a row grow the server by nearly their own bytes; returns how many. */
    private static int useUpFreeMemory(ServerProcess running, ModulatorPack pack, String kind, byte[] jpeg)
            throws IOException, InterruptedException {
        double bytes = BenchPacks.floatBytes(pack);
        int grown = 0;
        int fillers = 0;
        ServerProcess.Memory before = running.memory();
        while (grown < 2 && fillers < MAX_FILLERS) {
            String name = "bench-filler-" + ++fillers;
            running.plug(name, BenchPacks.copy(pack, name, pack.manifest().input()));
            running.predict(kind, name, jpeg);
            ServerProcess.Memory after = running.memory();
            grown = after.minus(before) > 0.9 * bytes ? grown + 1 : 0;
            before = after;
        }
        return fillers;
    }

    private void measureRounds(ServerProcess running, ModulatorPack pack, String kind, byte[] jpeg)
            throws IOException, InterruptedException {
        byte[] bytes = BenchPacks.copy(pack, "bench-round", pack.manifest().input());
        BenchReport report = new BenchReport(
                "Memory over %d plug/unplug rounds".formatted(rounds), "round", "resident", "live heap");
        ServerProcess.Memory first = null;
        ServerProcess.Memory last = null;
        try (Progress progress = Progress.bar("plugging", rounds)) {
            for (int round = 0; round <= rounds; round++) {
                if (round > 0) {
                    running.plug("bench-round", bytes);
                    running.predict(kind, "bench-round", jpeg);
                    running.unplug("bench-round");
                    progress.step();
                }
                if (round % Math.max(1, rounds / 5) == 0) {
                    last = running.memory();
                    first = first == null ? last : first;
                    report.row(
                            Integer.toString(round),
                            "%.1f MB".formatted(last.resident() / 1e6),
                            "%.1f MB".formatted(last.heap() / 1e6));
                }
            }
        }
        double growth = last.minus(first);
        report.note("Growth over all rounds: %.1f MB, that is %.1f kB a round and %.2f packs in all (bar: flat)."
                .formatted(growth / 1e6, growth / rounds / 1e3, growth / BenchPacks.floatBytes(pack)));
        report.print();
    }

    private void measureCpu(ServerProcess running, ModulatorPack pack, String kind, byte[] jpeg)
            throws IOException, InterruptedException {
        byte[] bytes = BenchPacks.copy(pack, "bench-cpu", pack.manifest().input());
        double plugAndAnswer = 0;
        double answers = 0;
        for (int i = 0; i < uploads; i++) {
            try (HeldUpload upload = HeldUpload.begin(running, "/v1/packs/bench-cpu/versions/1", bytes)) {
                // What the body has cost until now is done.
                Thread.sleep(400);
                double begin = running.cpuMillis();
                upload.finish();
                running.predict(kind, "bench-cpu", jpeg);
                plugAndAnswer += running.cpuMillis() - begin;
            }
            double begin = running.cpuMillis();
            running.predict(kind, "bench-cpu", jpeg);
            answers += running.cpuMillis() - begin;
            running.unplug("bench-cpu");
        }
        double plug = (plugAndAnswer - answers) / uploads;
        BenchReport report = new BenchReport(
                "CPU time from the last byte of the upload to the answer of a 192² request",
                "upload to answer",
                "a request alone",
                "difference",
                "bar");
        report.row(
                "%.0f ms".formatted(plugAndAnswer / uploads),
                "%.0f ms".formatted(answers / uploads),
                "%.0f ms".formatted(plug),
                BenchReport.bar(plug, CPU_BAR_MILLIS, " ms"));
        report.note("Server's CPU time, all threads, means of %d uploads of %.2f MB; the self-test is included."
                .formatted(uploads, bytes.length / 1e6));
        report.print();
    }
}
