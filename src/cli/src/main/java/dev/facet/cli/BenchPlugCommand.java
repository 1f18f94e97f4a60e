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
            "Measures what plugging a pack costs, on a server of its own and with copies of the first pack:",
            "  CPU     CPU time from the last byte of an upload to the answer of a 192² request, self-test included, less that",
            "          request's own CPU time (bar 60 ms, factored)",
            "  LOAD    p95 of another pack's requests while a pack is plugged each second, against p95 without (bar 1.25)",
            "  MEMORY  memory per added pack at 1, 5 and 20 packs, against the bytes of its fp32 tensors (bar 1.5)",
            "  ROUNDS  memory over many rounds of plugging and unplugging (bar: no growth)"
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
