package dev.facet.cli.reliability;

import dev.facet.cli.load.Workers;
import dev.facet.cli.process.ServerOptions;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code kill -9} in the middle of changes, a hundred times over one data folder. */
final class KillsTrial implements Trial {
    private static final int CLIENTS = 3;
    private static final int LONGEST_MILLIS = 1500;

    @Override
    public String name() {
        return "kills";
    }

    @Override
    public String description() {
        return "100 times, three clients upload, activate and remove versions of one pack each; the server gets SIGKILL"
                + " at a random moment within 1.5 s and starts again on the same data folder. Expected after each start:"
                + " every pack is in the state of the last acknowledged change or of the one that was not answered; the"
                + " files on disk are byte for byte those that the server names; no other file is left; and answers have the"
                + " same bits.";
    }

    @Override
    public Duration expected() {
        return Duration.ofMinutes(12);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        List<Path> edgesAlone = surroundings.options().packs().stream()
                .filter(pack -> pack.getFileName().toString().startsWith("edges"))
                .toList();
        ServerOptions how = surroundings.serverOptions(edgesAlone);
        PackFile edges = surroundings.edges();
        List<PackChanges> clients = IntStream.range(0, CLIENTS)
                .mapToObj(i -> new PackChanges("killed-" + i, edges))
                .toList();
        ServerFiles files = new ServerFiles(surroundings.folder());
        ServerProcess server = surroundings.start(how);
        ControlAnswers control = ControlAnswers.learn(server, List.of("/v1/edges.npy"), ImageSamples.jpeg(64, 96, 21));
        // What the first change of a server's life leaves for good isn't a leftover.
        server.plug("first", edges.copy("first", "1", "comes and goes"));
        server.unplug("first");
        Set<String> before = withoutPacks(files.list());
        int rounds = surroundings.options().count(100);
        for (int round = 0; round < rounds; round++) {
            SplittableRandom random = surroundings.random("round " + round);
            killWhileChanging(server, clients, random, report);
            server = surroundings.start(how);
            check(server, clients, files, before, control, report);
            surroundings.say("kill %d of %d", round + 1, rounds);
        }
        server.close();
        report.figure("kills", "%d", rounds);
        report.figure(
                "changes",
                clients.stream()
                        .map(client -> client.name() + ": " + client.changes())
                        .collect(Collectors.joining("; ")));
        report.figure("control requests with the same bits", "%d", control.checked());
        files.reportStackTraces(report);
    }

    private static void killWhileChanging(
            ServerProcess server, List<PackChanges> clients, SplittableRandom random, TrialReport report)
            throws InterruptedException {
        List<SplittableRandom> draws =
                clients.stream().map(client -> random.split()).toList();
        Thread killer = new Thread(() -> killLater(server, random.nextInt(LONGEST_MILLIS)), "killer");
        killer.start();
        Workers.run(clients.size(), worker -> {
            try {
                while (server.isAlive()) {
                    clients.get(worker).change(server, draws.get(worker), report);
                }
            } catch (IOException e) {
                report.expect(
                        cutOff(server),
                        "a change of %s wasn't answered: %s",
                        clients.get(worker).name(),
                        e);
            }
        });
        killer.join();
    }

    private static void killLater(ServerProcess server, int millis) {
        try {
            Thread.sleep(millis);
            server.kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was the kill that cut a client off: the socket ends a moment before the process is reaped. */
    private static boolean cutOff(ServerProcess server) throws InterruptedException {
        for (int i = 0; i < 50 && server.isAlive(); i++) {
            Thread.sleep(100);
        }
        return !server.isAlive();
    }

    private static void check(
            ServerProcess server,
            List<PackChanges> clients,
            ServerFiles files,
            Set<String> before,
            ControlAnswers control,
            TrialReport report)
            throws IOException, InterruptedException {
        Map<String, String> packs = files.packs();
        for (PackChanges client : clients) {
            client.expectOneOfBoth(server, report);
            client.expectFiles(packs, report);
            if (client.isPresent()) {
                control.check(server, "/v1/edges.npy?pack=" + client.name(), "/v1/edges.npy", report);
            }
        }
        control.check(server, report);
        Set<String> now = withoutPacks(files.list());
        now.removeAll(before);
        now.removeIf(file -> file.startsWith("temporary"));
        report.expect(now.isEmpty(), "files are left behind: %s", now);
    }

    private static Set<String> withoutPacks(Set<String> files) {
        files.removeIf(file -> file.startsWith("data/packs/"));
        return files;
    }
}
