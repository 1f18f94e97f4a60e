package dev.facet.cli;

import dev.facet.cli.bench.BenchOptions;
import dev.facet.cli.bench.DeviceCheck;
import dev.facet.cli.bench.DeviceReport;
import dev.facet.runtime.engine.DeviceChoice;
import dev.facet.runtime.registry.PackStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code facet bench gpu}: the check that the owner of a GPU carries out for us. */
@Command(
        name = "gpu",
        mixinStandardHelpOptions = true,
        description = {
            "Checks the engine on a device and writes one report: whether the device works, whether outputs have the same bits each",
            "time and agree with the CPU's within rounding, self-tests, memory, and times of packs, plans, batches and clients.",
            "docs/gpu/check.sh builds for CUDA and calls it. Exit code 1 if the device is missing or a check failed; the report",
            "gives the reason."
        },
        footer = {"", "Example: facet bench gpu --device cuda -o report.md"})
final class BenchGpuCommand implements Callable<Integer> {
    @Option(names = "--device", defaultValue = "cuda", description = "cuda[:n], cpu or auto (default cuda).")
    private String device;

    @Option(
            names = {"-o", "--out"},
            defaultValue = "-",
            description = "File of the report (default: standard output).")
    private String out;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of bank and packs (default: models/).")
    private Path models;

    @Option(names = "--side", defaultValue = "512", description = "Side of the inputs, a multiple of 64 (default 512).")
    private int side;

    @Option(names = "--rounds", defaultValue = "20", description = "Rounds of each measurement (default 20).")
    private int rounds;

    @Option(names = "--quick", description = "Two rounds, to see that it works; its times say nothing.")
    private boolean quick;

    @Override
    public Integer call() throws IOException {
        Path folder = models != null ? models : Defaults.models();
        Path bank = folder.resolve("bank.safetensors");
        List<Path> packs = PackStore.seedFiles(folder, bank);
        BenchOptions options = new BenchOptions(Defaults.home(), new ServerJar().jar(), bank, packs, quick, System.err);
        DeviceReport report = DeviceCheck.run(options, DeviceChoice.of(device), side, rounds);
        byte[] text = report.markdown().getBytes(StandardCharsets.UTF_8);
        new Output(out).write(stream -> stream.write(text));
        System.err.println("facet: " + report.summary());
        return report.isFine() ? 0 : 1;
    }
}
