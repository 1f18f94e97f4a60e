package dev.facet.cli;

import dev.facet.cli.bench.PacksBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench packs}: many packs on one server. */
@Command(
        name = "packs",
        mixinStandardHelpOptions = true,
        description = {
            "Measures servers with 1 … 1,000 copies of the first pack, of which 100 are in use: the time to start (bar 5 s); the",
            "native memory of packs against their budget; CPU time and latency of a pack in use, against a server with one pack",
            "(bar 1.05); and the first answer of a pack on disk against its second one (bar 1.5, factored).",
            "The copies take 3.5 GB in the folder for temporary files."
        },
        footer = {"", "Example: facet bench packs --counts 1,100"})
final class BenchPacksCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Option(
            names = "--counts",
            split = ",",
            defaultValue = "1,10,100,1000",
            description = "Packs that are stored (default ${DEFAULT-VALUE}).")
    private List<Integer> counts;

    @Option(names = "--side", defaultValue = "512", description = "Side of the image (default ${DEFAULT-VALUE}).")
    private int side;

    @Option(names = "--rounds", defaultValue = "9", description = "Rounds that count (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--cold",
            defaultValue = "12",
            description = "Packs whose first answers are measured, for each plan (default ${DEFAULT-VALUE}).")
    private int cold;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new PacksBenchmark(counts, side, rounds, cold)));
    }
}
