package dev.facet.cli;

import dev.facet.cli.bench.ConcurrencyBenchmark;
import dev.facet.cli.bench.EngineBenchmark;
import dev.facet.cli.bench.PacksBenchmark;
import dev.facet.cli.bench.PlugBenchmark;
import dev.facet.cli.bench.ProtocolBenchmark;
import dev.facet.cli.bench.ServerBenchmark;
import dev.facet.cli.bench.TasksBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facet bench}: measures what docs/benchmarks.md and docs/reliability.md say. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures engine and server on this machine, as CPU time and ratios, sides that are compared in turns, and prints the",
            "tables of docs/benchmarks.md. Without a command it makes all of them but reliability, gpu and train, one after the other."
        },
        footer = {
            "",
            "Also: facet bench train (the trainer).",
            "",
            "Examples: facet bench --summary docs/benchmarks.md",
            "          facet bench tasks --models models-int8 --sides 512",
            "          facet bench --quick --json"
        },
        subcommands = {
            BenchTasksCommand.class,
            BenchEngineCommand.class,
            BenchServerCommand.class,
            BenchProtocolCommand.class,
            BenchConcurrencyCommand.class,
            BenchPacksCommand.class,
            BenchPlugCommand.class,
            BenchReliabilityCommand.class,
            BenchGpuCommand.class
        })
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(
                TasksBenchmark.usual(),
                EngineBenchmark.usual(),
                ServerBenchmark.usual(),
                ProtocolBenchmark.usual(),
                ConcurrencyBenchmark.usual(),
                PacksBenchmark.usual(),
                PlugBenchmark.usual()));
    }
}
