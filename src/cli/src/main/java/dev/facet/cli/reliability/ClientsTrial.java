package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Clients that misbehave, one kind after the other and then all at once, beside clients that don't. */
final class ClientsTrial implements Trial {
    private static final Duration PHASE = Duration.ofMinutes(1);
    private static final Duration ALL = Duration.ofMinutes(2);
    private static final double HEAP_BACK = 32e6;
    private static final double RESIDENT_BACK = 128e6;

    @Override
    public String name() {
        return "clients";
    }

    @Override
    public String description() {
        return "Two clients send predictions all the time, one over a connection that it keeps, one over a new connection"
                + " each time. Beside them run, a minute each: 1,000 idle connections, slow senders, senders that stop,"
                + " readers that stop, half-closed and reset connections, and twelve clients that announce 44 MB and send"
                + " nothing; then all of them together for two minutes. Expected: every request of the two clients gets the"
                + " same bits, at the latest with the third attempt after waiting as Retry-After says, and memory is"
                + " released. If the system has a second loopback address, the other clients use it.";
    }

    @Override
    public Duration expected() {
        return Duration.ofMinutes(13);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        byte[] image = ImageSamples.jpeg(96, 128, 31);
        String path = "/v1/edges.png";
        Duration phase = surroundings.options().time(PHASE);
        List<Misbehaviour> all = Misbehaviour.all();
        report.row("beside", "answers to the two clients", "p50", "p95");
        try (ServerProcess server = surroundings.start(surroundings.serverOptions())) {
            byte[] expected = ControlAnswers.ask(server, path, image).body();
            ServerFiles files = new ServerFiles(surroundings.folder());
            new SteadyClients(server, path, image, expected, "warming up", report).run(phase);
            // What a misbehaving client sets up once (threads, buffers) isn't memory that must come back.
            misbehave(surroundings, server, image, all, surroundings.options().time(PHASE.dividedBy(4)))
                    .awaitTermination(1, TimeUnit.MINUTES);
            settle(server, path, image);
            Set<String> before = files.list();
            ServerProcess.Memory memory = server.memory();
            SteadyClients quiet = new SteadyClients(server, path, image, expected, "nobody", report);
            quiet.run(phase);
            quiet.reportRow();
            for (Misbehaviour one : all) {
                beside(surroundings, server, List.of(one), "those that " + one.name(), phase, image, expected, report);
            }
            beside(
                    surroundings,
                    server,
                    all,
                    "all of them",
                    surroundings.options().time(ALL),
                    image,
                    expected,
                    report);
            settle(server, path, image);
            files.expectSame(before, report);
            expectMemoryBack(server, memory, report);
            report.expect(server.isAlive(), "the server's process has ended");
            files.reportStackTraces(report);
        }
    }

    private static void beside(
            Surroundings surroundings,
            ServerProcess server,
            List<Misbehaviour> kinds,
            String name,
            Duration time,
            byte[] image,
            byte[] expected,
            TrialReport report)
            throws InterruptedException {
        ExecutorService threads = misbehave(surroundings, server, image, kinds, time);
        SteadyClients steady = new SteadyClients(server, "/v1/edges.png", image, expected, name, report);
        steady.run(time);
        threads.awaitTermination(1, TimeUnit.MINUTES);
        steady.reportRow();
        surroundings.say("beside %s: %s", name, steady.statuses());
    }

    /** Starts them; the threads end by themselves soon after that time. */
    private static ExecutorService misbehave(
            Surroundings surroundings, ServerProcess server, byte[] image, List<Misbehaviour> kinds, Duration time) {
        ExecutorService threads = Executors.newCachedThreadPool();
        long end = System.nanoTime() + time.toNanos();
        for (Misbehaviour kind : kinds) {
            for (int i = 0; i < kind.count(); i++) {
                SplittableRandom random = surroundings.random(kind.name() + i);
                threads.execute(() -> repeat(kind, server, image, random, end));
            }
        }
        threads.shutdown();
        return threads;
    }

    private static void repeat(
            Misbehaviour kind, ServerProcess server, byte[] image, SplittableRandom random, long end) {
        try {
            while (System.nanoTime() < end) {
                try {
                    kind.client().run(server, image, random, end);
                } catch (IOException e) {
                    // The server may do to such a client what it likes: it comes again.
                    Thread.sleep(200);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a request is answered at once again. */
    private static void settle(ServerProcess server, String path, byte[] image)
            throws IOException, InterruptedException {
        for (int i = 0; i < 20; i++) {
            ControlAnswers.ask(server, path, image);
            Thread.sleep(100);
        }
    }

    private static void expectMemoryBack(ServerProcess server, ServerProcess.Memory before, TrialReport report)
            throws IOException, InterruptedException {
        ServerProcess.Memory after = server.memory();
        long start = System.nanoTime();
        while (after.heap() - before.heap() > HEAP_BACK && !Surroundings.isOver(start, Duration.ofSeconds(90))) {
            Thread.sleep(5_000);
            after = server.memory();
        }
        report.figure("live heap before and after", "%.1f MB, %.1f MB", before.heap() / 1e6, after.heap() / 1e6);
        report.figure("resident before and after", "%.1f MB, %.1f MB", before.resident() / 1e6, after.resident() / 1e6);
        report.expect(
                after.heap() - before.heap() <= HEAP_BACK,
                "the live heap has grown by %.1f MB, expected at most %.0f",
                (after.heap() - before.heap()) / 1e6,
                HEAP_BACK / 1e6);
        report.expect(
                after.resident() - before.resident() <= RESIDENT_BACK,
                "resident memory has grown by %.1f MB, expected at most %.0f",
                (after.resident() - before.resident()) / 1e6,
                RESIDENT_BACK / 1e6);
    }
}
