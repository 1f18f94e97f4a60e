package dev.facet.cli.reliability;

import dev.facet.cli.load.Latencies;
import dev.facet.cli.load.Statuses;
import dev.facet.cli.load.Workers;
import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Clients that do nothing wrong: one keeps its connection, one makes a new one for each request. Each asks four times a second,
 * at most. Where the server says that it is busy, it comes again as Retry-After says, twice; the whole counts as its time.
 */
final class SteadyClients {
    private static final int READ_MILLIS = 60_000;
    private static final int TRIES = 3;
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
            try (Client client = new Client(worker == 0)) {
                long next = start;
                while (!Surroundings.isOver(start, time)) {
                    askUntilAnswered(client);
                    next = Math.max(next + PERIOD_NANOS, System.nanoTime());
                    Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
                }
            }
        });
    }

    private void askUntilAnswered(Client client) throws InterruptedException {
        long begin = System.nanoTime();
        for (int attempt = 0; attempt < TRIES; attempt++) {
            try {
                long wait = client.ask();
                if (wait == 0) {
                    latencies.add((System.nanoTime() - begin) / 1e6);
                    return;
                }
                Thread.sleep(wait);
            } catch (IOException e) {
                client.close();
                statuses.count("no answer");
                report.broken("beside %s, a client that does nothing wrong got no answer: %s", phase, e);
                return;
            }
        }
        report.broken("beside %s, a client that does nothing wrong was refused %d times in a row", phase, TRIES);
    }

    /** One of the two. */
    private final class Client implements AutoCloseable {
        private final boolean keeps;
        private HttpConnection connection;

        Client(boolean keeps) {
            this.keeps = keeps;
        }

        /** One request; 0, or for how many ms the server asks to wait. */
        long ask() throws IOException {
            if (connection == null) {
                connection = HttpConnection.open(server.port(), READ_MILLIS);
            }
            connection.send(request);
            connection.send(image);
            HttpConnection.Head head =
                    connection.readHead().orElseThrow(() -> new IOException("the connection was closed"));
            byte[] body = connection.readBody(head);
            if (!keeps || "close".equals(head.headers().get("connection"))) {
                close();
            }
            int status = head.status();
            statuses.count(status);
            report.expect(status == 200 || ControlAnswers.isBusy(status), "beside %s: status=%d", phase, status);
            report.expect(
                    status != 200 || Arrays.equals(body, expected),
                    "beside %s, the answer differs from the untroubled one",
                    phase);
            String retryAfter = head.headers().getOrDefault("retry-after", "1");
            return status == 200 ? 0 : 1000L * Math.min(10, Integer.parseInt(retryAfter));
        }

        @Override
        public void close() {
            try {
                if (connection != null) {
                    connection.close();
                }
            } catch (IOException e) {
                statuses.count("not closed");
            }
            connection = null;
        }
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
