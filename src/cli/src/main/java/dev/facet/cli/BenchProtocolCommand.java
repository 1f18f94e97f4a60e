package dev.facet.cli;

import dev.facet.cli.bench.ProtocolBenchmark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facet bench protocol}: what the Open Inference Protocol costs. */
@Command(
        name = "protocol",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the server's CPU time beyond the engine's run for an FP32 tensor to edges by the Open Inference Protocol, over HTTP",
            "with tensors as bytes and over gRPC, against a bare Vert.x server that moves the same bytes (bar 1.5)."
        },
        footer = {"", "Example: facet bench protocol --sides 512 --models models"})
final class BenchProtocolCommand implements Callable<Integer> {
    @Mixin
    private BenchSetting setting;

    @Mixin
    private ImageSides sides;

    @Mixin
    private RequestRounds rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return setting.run(List.of(new ProtocolBenchmark(sides.pixels(), rounds.counted(), rounds.warmUp())));
    }
}
