package dev.facet.cli;

import dev.facet.cli.bench.EngineBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench engine}: the plans of each pack. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        description = {
            "Measures CPU time of one image's run under each plan that a pack offers, with one thread. The plans take turns, so that",
            "the machine's load affects all alike. Bars: factored at most 1.5 times merged, int8 at most 0.48 times merged (medians",
            "of the rounds' ratios)."
        },
        footer = {"", "Example: facet bench engine --rounds 20 --pack models/edges.safetensors"})
final class BenchEngineCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Mixin
    private ImageSides sides;

    @Option(names = "--rounds", defaultValue = "15", description = "Rounds that count (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new EngineBenchmark(sides.pixels(), rounds)));
    }
}
