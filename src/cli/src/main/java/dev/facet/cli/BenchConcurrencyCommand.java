package dev.facet.cli;

import dev.facet.cli.bench.ConcurrencyBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench concurrency}: clients side by side. */
@Command(
        name = "concurrency",
        mixinStandardHelpOptions = true,
        description = {
            "Measures throughput, p50, p95, p99 and CPU time per request with several clients, each waiting for its answer: of the",
            "server under each plan that the segmentation pack offers, of a plain ONNX Runtime service, and of a bare loop over",
            "ONNX Runtime's run. Bar: at 8 clients, at least 0.95 of the bare loop's requests per CPU second."
        },
        footer = {"", "Example: facet bench concurrency --clients 1,8 --side 256"})
final class BenchConcurrencyCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Option(
            names = "--clients",
            split = ",",
            defaultValue = "1,2,4,8,16",
            description = "Numbers of clients (default ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Option(names = "--side", defaultValue = "512", description = "Side of the image (default ${DEFAULT-VALUE}).")
    private int side;

    @Option(
            names = "--threads",
            defaultValue = "0",
            description = "Threads of one run in the server (default 0: the server's own choice).")
    private int threads;

    @Option(names = "--rounds", defaultValue = "7", description = "Rounds that count (default ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--requests", defaultValue = "16", description = "Requests a round (default ${DEFAULT-VALUE}).")
    private int requests;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new ConcurrencyBenchmark(clients, side, threads, rounds, requests)));
    }
}
