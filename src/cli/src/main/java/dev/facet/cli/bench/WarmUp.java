package dev.facet.cli.bench;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Frame;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.PreparedPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Many cheap requests before anything is measured: the JIT compiler is busy for thousands. The image is of usual size and the
 * network's input is small, so that all around the engine is compiled as it will be used.
 */
final class WarmUp {
    private static final int NETWORK_SIDE = 64;
    private static final int IMAGE_SIDE = 512;
    private static final int QUICK = 10;
    private static final int CLIENTS = 2;
    private static final String NAME = "bench-warm-up";

    private WarmUp() {}

    /** A server, by a copy of that pack that shrinks its input. */
    static void server(BenchOptions options, ServerProcess server, Path pack, int requests)
            throws IOException, InterruptedException {
        options.say("warming up a server");
        String kind = PackReader.readUnbound(pack).manifest().task().id();
        server.plug(NAME, PackFile.parse(Files.readAllBytes(pack)).sized(NAME, NETWORK_SIDE));
        byte[] jpeg = SyntheticImage.jpeg(IMAGE_SIDE, IMAGE_SIDE, 1);
        String path = "/v1/%s.png?pack=%s".formatted(kind, NAME);
        Block.of(new ServerContender("warm-up", server, path, jpeg), options.count(requests, QUICK), CLIENTS);
        server.unplug(NAME);
    }

    /** This process, which answers without a server. */
    static void bare(BenchOptions options, Engine engine, FilterBank bank, Path pack, int answers) throws IOException {
        byte[] file = PackFile.parse(Files.readAllBytes(pack)).sized(NAME, NETWORK_SIDE);
        byte[] jpeg = SyntheticImage.jpeg(IMAGE_SIDE, IMAGE_SIDE, 1);
        try (PreparedPack prepared = engine.prepare(PackReader.read(file, bank), Plan.FACTORED)) {
            Frame frame = prepared.manifest().input().frame(IMAGE_SIDE, IMAGE_SIDE);
            BareAnswer.of(engine, prepared, frame, jpeg, options.count(answers, QUICK));
        }
    }

    /** The plain service, which has no such pack: small images, then a twentieth as many of usual size. */
    static void plain(BenchOptions options, PlainProcess plain, int requests) throws IOException, InterruptedException {
        options.say("warming up the plain service");
        byte[] small = SyntheticImage.jpeg(NETWORK_SIDE, NETWORK_SIDE, 1);
        Block.of(plain.asking(small), options.count(requests, QUICK), CLIENTS);
        byte[] usual = SyntheticImage.jpeg(IMAGE_SIDE, IMAGE_SIDE, 1);
        Block.of(plain.asking(usual), options.count(requests / 20, 2), CLIENTS);
    }
}
