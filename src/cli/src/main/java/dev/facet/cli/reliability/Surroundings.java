package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import dev.facet.core.digest.Sha256;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** What a trial has around it: its options, draws, a folder of its own, and servers. Thread-safe. */
final class Surroundings {
    private final CampaignOptions options;
    private final String trial;
    private final Path folder;
    private final PrintStream progress;
    private final long begin = System.nanoTime();
    private final Set<ServerProcess> servers = ConcurrentHashMap.newKeySet();

    Surroundings(CampaignOptions options, String trial, Path folder, PrintStream progress) {
        this.options = options;
        this.trial = trial;
        this.folder = folder;
        this.progress = progress;
    }

    CampaignOptions options() {
        return options;
    }

    Path folder() {
        return folder;
    }

    /** Draws for one purpose: the same seed, trial and purpose give the same ones, whatever else is drawn. */
    SplittableRandom random(String purpose) {
        String text = "%d %s %s".formatted(options.seed(), trial, purpose);
        return new SplittableRandom(ByteBuffer.wrap(Sha256.of(text)).getLong());
    }

    /** A line of progress. */
    void say(String pattern, Object... values) {
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        progress.printf("%s %d:%02d  %s%n", trial, seconds / 60, seconds % 60, pattern.formatted(values));
    }

    /** A server on a heap of 512 MB that serves the campaign's packs, with one engine thread. */
    ServerOptions serverOptions() throws IOException {
        return serverOptions(options.packs());
    }

    /** The same with those packs alone. */
    ServerOptions serverOptions(List<Path> packs) throws IOException {
        Path models = folder.resolve("models");
        if (!Files.exists(models)) {
            Files.createDirectory(models);
            Files.copy(options.bank(), models.resolve("bank.safetensors"));
            for (Path pack : packs) {
                Files.copy(pack, models.resolve(pack.getFileName()));
            }
        }
        return ServerOptions.measured(options.jar(), models, 1);
    }

    /** Starts a server over this trial's data folder, fresh or from its last start. */
    ServerProcess start(ServerOptions how) throws IOException, InterruptedException {
        servers.removeIf(server -> !server.isAlive());
        ServerProcess server = ServerProcess.start(how, folder);
        servers.add(server);
        return server;
    }

    /** Ends what a trial that was cut off has left running. */
    void killServers() throws InterruptedException {
        for (ServerProcess server : servers) {
            server.kill();
        }
    }

    /** The same while this process ends. */
    void killServersAtExit() {
        try {
            killServers();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The pack {@code edges}, whose copies are plugged under other names. */
    PackFile edges() throws IOException {
        for (Path pack : options.packs()) {
            if (pack.getFileName().toString().startsWith("edges")) {
                return PackFile.parse(Files.readAllBytes(pack));
            }
        }
        throw new IOException(
                "no pack of edges: packs=%s, expected one whose name begins with edges".formatted(options.packs()));
    }

    /** Whether that time has passed since {@code start}, a value of {@link System#nanoTime}. */
    static boolean isOver(long start, Duration time) {
        return System.nanoTime() - start >= time.toNanos();
    }
}
