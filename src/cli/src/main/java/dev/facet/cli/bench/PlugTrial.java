package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
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
 * @param jpeg the image that the copies are asked about
 */
record PlugTrial(BenchOptions options, ServerProcess server, ModulatorPack pack, byte[] file, byte[] jpeg) {
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
        server.plug(name, copy(name), Plan.FACTORED.id());
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
