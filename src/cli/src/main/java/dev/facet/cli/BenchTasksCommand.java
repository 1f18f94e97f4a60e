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
            "Measures CPU time of several tasks on one image: one call for 1 … all packs, against as many single calls, for the",
            "whole request and for the engine alone. Also a second task on an image that was just sent, against the first task.",
            "Bars for six tasks at 512²: of the fp32 single calls, one fp32 call takes at most 0.70 (engine 0.68), one int8 call",
            "0.32 (engine 0.27). A second task takes at most 0.65 of the first."
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
