package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A pack that is plugged and unplugged a thousand times while others answer. */
final class PlugsTrial implements Trial {
    private static final String NAME = "plugged";
    private static final int STEPS = 10;
    private static final double FLAT = 48e6;

    @Override
    public String name() {
        return "plugs";
    }

    @Override
    public String description() {
        return "Uploads a pack, asks it once and removes it, 1,000 times, while another client asks the packs that stay,"
                + " at most four times a second. Memory is the resident set after garbage collections, on a heap of fixed"
                + " size whose pages are all in use, plus the live heap. Expected: from round 200 to round 1,000, memory"
                + " grows by less than 48 MB (seven packs; a leak of one pack in 100 rounds would be 53 MB), and all answers"
                + " have the same bits.";
    }

    @Override
    public Duration expected() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        int rounds = surroundings.options().count(1000);
        byte[] image = ImageSamples.jpeg(96, 128, 41);
        try (ServerProcess server = surroundings.start(surroundings.serverOptions())) {
            PackFile edges = surroundings.edges();
            byte[] pack = edges.copy(NAME, "1", "comes and goes");
            ControlAnswers control =
                    ControlAnswers.learn(server, List.of("/v1/edges.npy", "/v1/segmentation.png"), image);
            // What the first change of a server's life leaves for good isn't a leftover.
            server.plug(NAME, pack);
            server.unplug(NAME);
            ServerFiles files = new ServerFiles(surroundings.folder());
            Set<String> before = files.list();
            AtomicBoolean done = new AtomicBoolean();
            Thread load = new Thread(() -> load(server, control, done, report), "load");
            load.start();
            try {
                measure(surroundings, server, pack, control, rounds, report);
            } finally {
                done.set(true);
                load.join();
            }
            control.check(server, report);
            files.expectSame(before, report);
            report.figure("control requests with the same bits", "%d", control.checked());
            files.reportStackTraces(report);
        }
    }

    private static void measure(
            Surroundings surroundings,
            ServerProcess server,
            byte[] pack,
            ControlAnswers control,
            int rounds,
            TrialReport report)
            throws IOException, InterruptedException {
        report.row("round", "resident", "live heap");
        ServerProcess.Memory early = null;
        ServerProcess.Memory last = null;
        int step = Math.max(1, rounds / STEPS);
        for (int round = 1; round <= rounds; round++) {
            server.plug(NAME, pack);
            control.check(server, "/v1/edges.npy?pack=" + NAME, "/v1/edges.npy", report);
            server.unplug(NAME);
            if (round % step == 0) {
                last = server.memory();
                early = round <= 2 * step ? last : early;
                report.row(
                        Integer.toString(round),
                        "%.1f MB".formatted(last.resident() / 1e6),
                        "%.1f MB".formatted(last.heap() / 1e6));
                surroundings.say("round %d of %d: resident %.1f MB", round, rounds, last.resident() / 1e6);
            }
        }
        double growth = last.minus(early);
        report.figure("growth from round %d to round %d".formatted(2 * step, rounds), "%.1f MB", growth / 1e6);
        report.expect(growth < FLAT, "memory grew by %.1f MB, expected less than %.0f", growth / 1e6, FLAT / 1e6);
        HttpResponse<byte[]> gone =
                server.exchange(server.request("/v1/packs/" + NAME).GET().build());
        report.expect(gone.statusCode() == 404, "the removed pack is still there: status=%d", gone.statusCode());
    }

    private static void load(ServerProcess server, ControlAnswers control, AtomicBoolean done, TrialReport report) {
        try {
            while (!done.get() && server.isAlive()) {
                control.checkNext(server, report);
                Thread.sleep(250);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
