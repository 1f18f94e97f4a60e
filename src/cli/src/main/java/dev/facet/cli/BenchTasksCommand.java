package dev.facet.cli;

import dev.facet.cli.bench.TasksBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench tasks}: several tasks on one image. */
@Command(
        name = "tasks",
        mixinStandardHelpOptions = true,
        description = {
            "CPU time of 1 … all packs in one call against as many single calls, of the whole request and of the engine alone;",
            "and of a second task on an image just seen against the first. Bars, six tasks at 512²: fp32 at most 0.70 whole and 0.68",
            "in the engine, int8 0.32 and 0.27 of the fp32 calls; the second task 0.65 of the first."
        },
        footer = {"", "Example: facet bench tasks --sides 512 --rounds 9"})
final class BenchTasksCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Mixin
    private ImageSides sides;

    @Option(names = "--rounds", defaultValue = "7", description = "Rounds that count (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--calls", defaultValue = "4", description = "Calls a round (default ${DEFAULT-VALUE}).")
    private int calls;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new TasksBenchmark(sides.pixels(), rounds, calls)));
    }
}
