package dev.facet.cli;

import dev.facet.cli.bench.PlugBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench plug}: what a pack costs a running server. */
@Command(
        name = "plug",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a server of its own and measures, with copies of the first pack: CPU time from the last byte of an upload to the",
            "answer of a 192² request, self-test included, less that request's own (bar 60 ms, factored); p95 of another pack's",
            "requests while a pack is plugged each second, to that without (bar 1.25); memory per added pack at 1, 5 and 20 packs,",
            "to the bytes of its fp32 tensors (bar 1.5); memory over plug/unplug rounds (bar: flat)."
        },
        footer = {
            "",
            "Examples: facet bench plug --pack models/edges.safetensors",
            "          facet bench plug --only rounds --rounds 1000"
        })
final class BenchPlugCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Option(
            names = "--only",
            split = ",",
            defaultValue = "CPU,LOAD,MEMORY,ROUNDS",
            description = "Parts to measure: ${COMPLETION-CANDIDATES} (default all).")
    private Set<PlugBenchmark.Part> parts;

    @Option(
            names = "--uploads",
            defaultValue = "20",
            description = "Uploads whose CPU time is measured, for each plan (default ${DEFAULT-VALUE}).")
    private int uploads;

    @Option(
            names = "--load-rounds",
            defaultValue = "5",
            description = "Rounds of 15 s with and 15 s without plugging (default ${DEFAULT-VALUE}).")
    private int loadRounds;

    @Option(names = "--rounds", defaultValue = "200", description = "Plug/unplug rounds (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new PlugBenchmark(parts, uploads, loadRounds, rounds)));
    }
}
