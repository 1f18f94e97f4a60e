package dev.facet.cli.bench;

import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tensor by the Open Inference Protocol costs beside the engine's run, against a server that does nothing but take the same
 * bytes and give the same number back.
 */
public final class ProtocolBenchmark implements Benchmark {
    private static final double BAR = 1.5;
    private static final int BLOCK = 10;
    private static final int SMALL_SIDE = 64;

    private final List<Integer> sides;
    private final int rounds;
    private final int warmUps;

    /**
     * @param sides of the tensors in pixels
     * @param rounds of ten requests that count
     * @param warmUps small requests before, while the JIT compiler is busy
     */
    public ProtocolBenchmark(List<Integer> sides, int rounds, int warmUps) {
        this.sides = List.copyOf(sides);
        this.rounds = rounds;
        this.warmUps = warmUps;
    }

    /** As {@code facet bench} runs it. */
    public static ProtocolBenchmark usual() {
        return new ProtocolBenchmark(List.of(512), 8, 3000);
    }

    @Override
    public String name() {
        return "protocol";
    }

    @Override
    public String title() {
        return "The Open Inference Protocol";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        Table table = new Table(
                "Server's CPU time beyond the engine's run, an FP32 tensor to edges",
                "way",
                "tensor",
                "server, whole",
                "engine's run",
                "beyond",
                "bare server",
                "ratio",
                "bar");
        Path pack = options.packOf("edges");
        String model = PackReader.readUnbound(pack).manifest().name();
        try (MeasuredServer server = MeasuredServer.start(options, List.of(pack), 1);
                BareServerProcess bare = BareServerProcess.start(options.jar())) {
            for (TensorCall call : List.of(TensorCall.http(model), TensorCall.grpc(model))) {
                warmUp(options, server, bare, call);
                for (int side : sides) {
                    options.say("protocol: %s, %d²", call.name(), side);
                    measure(options, server, bare, call, side, table);
                }
            }
        }
        table.note(
                "Means of %d requests a round, one after the other, rounds in turns; one engine thread. The engine's run is CPU time, which the"
                        + " server itself counts (`facet_engine_cpu_seconds_total`). The bare server is Vert.x alone (`BareServer`): it collects"
                        + " a request's body and answers with as many bytes as the server did. Beyond the run are also the copy into the"
                        + " network's input and the resize of its map to the tensor's size.",
                BLOCK);
        return List.of(table);
    }

    private void warmUp(BenchOptions options, MeasuredServer server, BareServerProcess bare, TensorCall call)
            throws IOException, InterruptedException {
        options.say("protocol: warming up, %s", call.name());
        Contender small = call.to(server, SMALL_SIDE);
        Block.of(small, options.count(warmUps, BLOCK), 1);
        Block.of(call.to(bare, SMALL_SIDE, call.answerBytes(server, SMALL_SIDE)), options.count(warmUps, BLOCK), 1);
    }

    private void measure(
            BenchOptions options, MeasuredServer server, BareServerProcess bare, TensorCall call, int side, Table table)
            throws IOException, InterruptedException {
        Contender own = call.to(server, side);
        Contender other = call.to(bare, side, call.answerBytes(server, side));
        List<Served> served = new ArrayList<>();
        List<Double> moved = new ArrayList<>();
        List<Rounds.Side<Integer>> measured = List.of(
                () -> {
                    served.add(Served.of(server.process(), own, BLOCK));
                    return 0;
                },
                () -> {
                    moved.add(Block.of(other, BLOCK, 1).cpuMillis());
                    return 0;
                });
        // Large requests have code of their own to compile.
        Rounds.measure(options.count(10, 1), 0, measured);
        served.clear();
        moved.clear();
        Rounds.measure(0, options.rounds(rounds), measured);
        List<Double> beyond = served.stream().map(Served::beyond).toList();
        Spread ratio = Spread.ofRatios(beyond, moved);
        table.row(
                Cell.words(call.name()),
                Cell.words("%d²", side),
                Cell.millis(Spread.of(Served.wholes(served))),
                Cell.millis(Spread.of(Served.engines(served))),
                Cell.millis(Spread.of(beyond)),
                Cell.millis(Spread.of(moved)),
                Cell.ratio(ratio),
                Cell.atMost(ratio.median(), BAR));
    }
}
