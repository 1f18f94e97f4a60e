package dev.facet.cli;

import dev.facet.cli.bench.BenchOptions;
import dev.facet.cli.bench.BenchResult;
import dev.facet.cli.bench.BenchRun;
import dev.facet.cli.bench.Benchmark;
import dev.facet.core.json.StrictJson;
import dev.facet.runtime.registry.PackStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of every benchmark: what is measured, how long, and where the result goes. */
final class BenchSetting {
    @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
    private CommandSpec command;

    @Mixin
    private ServerJar server;

    @Option(names = "--models", paramLabel = "DIR", description = "Folder of bank and packs (default: models/).")
    private Path models;

    @Option(names = "--bank", description = "Filter bank (default: bank.safetensors in that folder).")
    private Path bank;

    @Option(names = "--pack", arity = "1..*", description = "Packs (default: those in that folder).")
    private List<Path> packs = List.of();

    @Option(names = "--quick", description = "Few and short rounds, to see that it works; its figures say nothing.")
    private boolean quick;

    @Option(names = "--json", description = "Print JSON instead of Markdown.")
    private boolean json;

    @Option(
            names = "--summary",
            paramLabel = "FILE",
            description = "Write the result into this Markdown page; other sections stay.")
    private Path summary;

    private BenchOptions options() throws IOException {
        Path folder = models != null ? models : Defaults.models();
        Path bankFile = bank != null ? bank : folder.resolve("bank.safetensors");
        List<Path> files = packs.isEmpty() ? PackStore.seedFiles(folder, bankFile) : packs;
        return new BenchOptions(Defaults.home(), server.jar(), bankFile, files, quick, System.err);
    }

    /** Measures, and prints or writes what came out. */
    int run(List<? extends Benchmark> benchmarks) throws IOException, InterruptedException {
        if (summary != null && Files.isDirectory(summary)) {
            throw new CommandFailure("--summary: value=%s, expected a file".formatted(summary));
        }
        List<String> arguments = command.root().commandLine().getParseResult().originalArgs();
        List<BenchResult> results = BenchRun.run(benchmarks, options(), "./facet " + String.join(" ", arguments));
        if (summary != null) {
            BenchRun.write(summary, results);
        }
        if (json) {
            System.out.println(
                    StrictJson.write(results.stream().map(BenchResult::json).toList()));
        } else {
            results.forEach(result -> System.out.print(result.markdown()));
        }
        return 0;
    }
}
