package dev.facet.cli;

import dev.facet.cli.bench.Benchmark;
import dev.facet.cli.bench.ComparisonBenchmark;
import dev.facet.cli.bench.ServerBenchmark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facet bench server}: what HTTP and everything around the engine costs. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the server's CPU time per request, JPEG in, PNG out, on servers of its own: the whole request of segmentation",
            "against a plain ONNX Runtime service (bars 1.0 for fp32, 0.55 for int8); the time beyond the engine's run against the",
            "bare sum of decoding, resizing, computing the answer's pixels and encoding (bar 1.15); and the time of each group of",
            "the server's threads."
        },
        footer = {
            "",
            "Examples: facet bench server --sides 512 --pack models/segmentation.safetensors",
            "          facet bench server --against ../before --pack models/edges.safetensors"
        })
final class BenchServerCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Mixin
    private ImageSides sides;

    @Mixin
    private RequestRounds rounds;

    @Option(
            names = "--against",
            paramLabel = "PATH",
            description = {
                "Compare with another installation instead (quarkus-app, or a checkout in which it is built): CPU time",
                "per request and throughput of both, with 1 and with 8 clients, and whether both give the same bits."
            })
    private Path against;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Benchmark benchmark = against == null
                ? new ServerBenchmark(sides.pixels(), rounds.counted(), rounds.warmUp())
                : new ComparisonBenchmark(against, sides.pixels(), rounds.counted(), rounds.warmUp());
        return setting.run(List.of(benchmark));
    }
}
