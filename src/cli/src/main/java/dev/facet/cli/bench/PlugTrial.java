package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import java.io.IOException;

/**
 * A server on which copies of a pack come and go.
 *
 * @param options of the benchmark
 * @param server that serves it
 * @param pack that is copied
 * @param file its bytes
 * @param side of the image in pixels
 * @param jpeg the image that the copies are asked about
 */
record PlugTrial(BenchOptions options, ServerProcess server, ModulatorPack pack, byte[] file, int side, byte[] jpeg) {
    /** The same with an image of another size. */
    PlugTrial showing(int otherSide) throws IOException {
        return new PlugTrial(options, server, pack, file, otherSide, SyntheticImage.jpeg(otherSide, otherSide, 1));
    }

    PackManifest manifest() {
        return pack.manifest();
    }

    String kind() {
        return manifest().task().id();
    }

    byte[] copy(String name) throws IOException {
        return PackFile.parse(file).copy(name, "1", manifest().description());
    }

    void plug(String name) throws IOException, InterruptedException {
        plug(name, Plan.FACTORED);
    }

    void plug(String name, Plan plan) throws IOException, InterruptedException {
        server.plug(name, copy(name), plan.id());
    }

    void predict(String name) throws IOException, InterruptedException {
        String path = "/v1/%s.png?pack=%s".formatted(kind(), name);
        new ServerContender(name, server, path, jpeg).ask();
    }

    /** Bytes of the pack's own tensors in fp32, the self-test not counted. */
    long floatBytes() {
        return manifest().layout().values().stream()
                .mapToLong(shape -> shape.elements() * Float.BYTES)
                .sum();
    }
}
