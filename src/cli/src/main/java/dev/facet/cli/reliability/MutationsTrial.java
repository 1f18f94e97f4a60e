package dev.facet.cli.reliability;

import dev.facet.cli.load.Workers;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** 10⁵ damaged inputs, while a control request is asked again and again. */
final class MutationsTrial implements Trial {
    private static final int WORKERS = 4;
    private static final String SMALL_PACK = "small-edges";

    @Override
    public String name() {
        return "mutations";
    }

    @Override
    public String description() {
        return "Sends 100,000 damaged inputs over four connections: HTTP heads and queries, images in every form of body,"
                + " packs, and manifests with a correct digest; damaged checkpoints are read in the campaign's own process."
                + " Bytes are flipped, ends cut off, pieces spliced, and numbers replaced by hostile ones. Expected: no 5xx"
                + " except 503 and 504, the process keeps running, control requests get the same bits before, during and"
                + " after, and no file is left behind.";
    }

    @Override
    public Duration expected() {
        return Duration.ofMinutes(15);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        try (ServerProcess server = surroundings.start(surroundings.serverOptions())) {
            PackFile edges = surroundings.edges();
            server.plug(SMALL_PACK, edges.sized(SMALL_PACK, 64));
            ControlAnswers control = ControlAnswers.learn(
                    server,
                    List.of("/v1/edges.npy", "/v1/segmentation.png", "/v1/edges.npy?pack=" + SMALL_PACK),
                    ImageSamples.jpeg(96, 128, 11));
            ServerFiles files = new ServerFiles(surroundings.folder());
            Set<String> before = files.list();
            Set<String> unpackedBefore = unpackedCheckpoints();
            mutateAll(surroundings, report, server, edges, control);
            report.expect(server.isAlive(), "the server's process has ended");
            control.check(server, report);
            files.expectSame(before, report);
            Set<String> unpacked = unpackedCheckpoints();
            unpacked.removeAll(unpackedBefore);
            report.expect(unpacked.isEmpty(), "the importer left files behind: %s", unpacked);
            report.figure("control requests with the same bits", "%d", control.checked());
            files.reportStackTraces(report);
        }
    }

    private static void mutateAll(
            Surroundings surroundings, TrialReport report, ServerProcess server, PackFile edges, ControlAnswers control)
            throws IOException, InterruptedException {
        report.row("input", "number", "answers");
        MutationOutcomes heads = new MutationOutcomes(report);
        MutationOutcomes images = new MutationOutcomes(report);
        MutationOutcomes packs = new MutationOutcomes(report);
        MutationOutcomes manifests = new MutationOutcomes(report);
        MutationOutcomes checkpoints = new MutationOutcomes(report);
        AtomicBoolean done = new AtomicBoolean();
        Thread watch = new Thread(() -> watch(server, control, done, report), "control");
        watch.start();
        try {
            mutate(surroundings, report, server, new HeadMutations(server, heads), heads);
            mutate(surroundings, report, server, new ImageMutations(server, images, SMALL_PACK), images);
            mutate(surroundings, report, server, new PackMutations(server, packs, edges, WORKERS), packs);
            mutate(surroundings, report, server, new ManifestMutations(server, manifests, edges), manifests);
            mutate(
                    surroundings,
                    report,
                    server,
                    new CheckpointMutations(surroundings.folder(), checkpoints, report),
                    checkpoints);
        } finally {
            done.set(true);
            watch.join();
        }
    }

    private static void watch(ServerProcess server, ControlAnswers control, AtomicBoolean done, TrialReport report) {
        try {
            while (!done.get() && server.isAlive()) {
                control.checkNext(server, report);
                Thread.sleep(500);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void mutate(
            Surroundings surroundings,
            TrialReport report,
            ServerProcess server,
            Mutation mutation,
            MutationOutcomes outcomes)
            throws InterruptedException {
        int count = surroundings.options().count(mutation.share());
        AtomicInteger next = new AtomicInteger();
        Workers.run(WORKERS, worker -> {
            for (int i = next.getAndIncrement(); i < count && server.isAlive(); i = next.getAndIncrement()) {
                String item = "%s#%d".formatted(mutation.name(), i);
                try {
                    mutation.one(surroundings.random(item), item, worker);
                } catch (IOException e) {
                    outcomes.count("no answer");
                    report.broken("%s: no answer: %s", item, e);
                }
                if (i % Math.max(1, count / 5) == 0) {
                    surroundings.say("%s: %d of %d", mutation.name(), i, count);
                }
            }
        });
        report.row(mutation.name(), Integer.toString(count), outcomes.statuses().toString());
    }

    /** What an import unpacks lies beside all other temporary files while it is read. */
    private static Set<String> unpackedCheckpoints() throws IOException {
        List<String> names = new ArrayList<>();
        try (var files =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "checkpoint*.unpacked")) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return new TreeSet<>(names);
    }
}
