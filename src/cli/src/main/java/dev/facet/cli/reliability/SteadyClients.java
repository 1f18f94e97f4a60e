package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * Clients that do nothing wrong: one keeps its connection, one makes a new one for each request. Each asks four times a second,
 * at most; an answer that says that the server is busy counts as what it is.
 */
final class SteadyClients {
    private static final int READ_MILLIS = 60_000;
    private static final long PERIOD_NANOS = 250_000_000;

    private final ServerProcess server;
    private final byte[] request;
    private final byte[] image;
    private final byte[] expected;
    private final Latencies latencies = new Latencies();
    private final Statuses statuses = new Statuses();
    private final TrialReport report;
    private final String phase;

    /**
     * @param path where they ask
     * @param expected what an untroubled server answers there
     * @param phase what goes on meanwhile, for the report
     */
    SteadyClients(ServerProcess server, String path, byte[] image, byte[] expected, String phase, TrialReport report) {
        this.server = server;
        this.image = image;
        this.request = HttpConnection.head("POST", path, "image/jpeg", image.length);
        this.expected = expected;
        this.phase = phase;
        this.report = report;
    }

    /** Asks for that long. */
    void run(Duration time) throws InterruptedException {
        long start = System.nanoTime();
        Workers.run(2, worker -> {
            HttpConnection kept = null;
            long next = start;
            while (!Surroundings.isOver(start, time)) {
                long begin = System.nanoTime();
                try {
                    if (kept == null) {
                        kept = HttpConnection.open(server.port(), READ_MILLIS);
                    }
                    boolean ended = ask(kept);
                    latencies.add((System.nanoTime() - begin) / 1e6);
                    if (ended || worker == 1) {
                        kept.close();
                        kept = null;
                    }
                } catch (IOException e) {
                    statuses.count("no answer");
                    report.broken("%s: a client that does nothing wrong got no answer: %s", phase, e);
                    kept = null;
                }
                next = Math.max(next + PERIOD_NANOS, System.nanoTime());
                Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
            }
            if (kept != null) {
                kept.close();
            }
        });
    }

    /** One request; whether the server ended the connection with it. */
    private boolean ask(HttpConnection connection) throws IOException {
        connection.send(request);
        connection.send(image);
        Optional<HttpConnection.Head> head = connection.readHead();
        if (head.isEmpty()) {
            throw new IOException("connection closed");
        }
        byte[] body = connection.readBody(head.get());
        int status = head.get().status();
        statuses.count(status);
        report.expect(Statuses.isAllowed(status), "%s: status=%d", phase, status);
        report.expect(
                status != 200 || Arrays.equals(body, expected),
                "%s: the answer differs from the untroubled one",
                phase);
        return "close".equals(head.get().headers().get("connection"));
    }

    Latencies latencies() {
        return latencies;
    }

    Statuses statuses() {
        return statuses;
    }

    /** A row for the report: phase, statuses, p50 and p95. */
    void reportRow() {
        report.row(
                phase,
                statuses.toString(),
                "%.0f ms".formatted(latencies.percentile(50)),
                "%.0f ms".formatted(latencies.percentile(95)));
    }
}
