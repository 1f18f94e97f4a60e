package dev.facet.cli.reliability;

import dev.facet.cli.load.Latencies;
import dev.facet.cli.load.Statuses;
import dev.facet.cli.load.Workers;
import dev.facet.cli.process.ServerProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Requests that come when they come, whether or not earlier ones are answered: gaps are exponential (Poisson arrivals), and a
 * time counts from the moment at which the request was due. A part of those that are refused come again after exactly the
 * time of {@code Retry-After}. One load at a time.
 */
final class OpenLoad implements AutoCloseable {
    private static final int MAX_UNDER_WAY = 4000;
    private static final Duration LAST_ANSWER = Duration.ofMinutes(2);
    private static final int RETURNING = 5;

    private final HttpRequest request;
    private final byte[] expected;
    private final SplittableRandom random;
    private final TrialReport report;
    private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
    private final ScheduledExecutorService returns = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * @param expected what an untroubled server answers to the request
     */
    OpenLoad(HttpRequest request, byte[] expected, SplittableRandom random, TrialReport report) {
        this.request = request;
        this.expected = expected;
        this.random = random;
        this.report = report;
    }

    /**
     * What came of a request.
     *
     * @param dueNanos when it was due, a value of {@link System#nanoTime}
     * @param millis from then to the answer
     * @param status of the answer; 0 for none
     */
    record Outcome(long dueNanos, double millis, int status) {
        boolean isAccepted() {
            return status == 200;
        }
    }

    /** What came of a load. */
    static final class Outcomes {
        private final Queue<Outcome> firsts = new ConcurrentLinkedQueue<>();
        private final Queue<Outcome> returned = new ConcurrentLinkedQueue<>();
        private final Statuses statuses = new Statuses();
        private final long start = System.nanoTime();

        /** Requests that came for the first time. */
        List<Outcome> firsts() {
            return List.copyOf(firsts);
        }

        /** Requests that came again as Retry-After told them. */
        List<Outcome> returned() {
            return List.copyOf(returned);
        }

        Statuses statuses() {
            return statuses;
        }

        long start() {
            return start;
        }

        /** Times of those that came first and were accepted. */
        Latencies accepted() {
            Latencies latencies = new Latencies();
            firsts.stream().filter(Outcome::isAccepted).forEach(outcome -> latencies.add(outcome.millis()));
            return latencies;
        }
    }

    /**
     * Sends at that rate for that time; answers may come later, see {@link #awaitAnswers}.
     *
     * @param rate requests a second, on average
     */
    Outcomes run(double rate, Duration time) throws InterruptedException {
        Outcomes outcomes = new Outcomes();
        long due = outcomes.start();
        while (due - outcomes.start() < time.toNanos()) {
            due += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
            boolean returning = random.nextInt(RETURNING) == 0;
            if (free.tryAcquire()) {
                send(due, outcomes, outcomes.firsts, returning);
            } else {
                outcomes.statuses.count("not sent");
                report.broken("more than %d requests are under way", MAX_UNDER_WAY);
            }
        }
        return outcomes;
    }

    private void send(long due, Outcomes outcomes, Queue<Outcome> into, boolean returning) {
        client.sendAsync(request, BodyHandlers.ofByteArray()).whenComplete((response, failure) -> {
            free.release();
            double millis = (System.nanoTime() - due) / 1e6;
            if (failure != null) {
                into.add(new Outcome(due, millis, 0));
                outcomes.statuses.count("no answer");
                report.broken("a request wasn't answered: %s", failure);
                return;
            }
            into.add(new Outcome(due, millis, response.statusCode()));
            outcomes.statuses.count(response.statusCode());
            judge(response, outcomes, returning);
        });
    }

    private void judge(HttpResponse<byte[]> response, Outcomes outcomes, boolean returning) {
        int status = response.statusCode();
        if (status == 200) {
            report.expect(
                    Arrays.equals(response.body(), expected), "an answer differs from that of the untroubled server");
            return;
        }
        report.expect(status == 429 || status == 503 || status == 504, "status=%d under load", status);
        String retryAfter = response.headers().firstValue("Retry-After").orElse("");
        if (status != 504 && !retryAfter.matches("[1-9]\\d{0,3}")) {
            outcomes.statuses.count("refused without Retry-After");
            report.broken("a refusal says no time to come again: status=%d, Retry-After='%s'", status, retryAfter);
        } else if (status != 504 && returning) {
            returns.schedule(() -> comeAgain(outcomes), Long.parseLong(retryAfter), TimeUnit.SECONDS);
        }
    }

    private void comeAgain(Outcomes outcomes) {
        if (free.tryAcquire()) {
            send(System.nanoTime(), outcomes, outcomes.returned, false);
        }
    }

    /** Waits until nothing is under way; what isn't answered in two minutes is broken. */
    void awaitAnswers() throws InterruptedException {
        if (free.tryAcquire(MAX_UNDER_WAY, LAST_ANSWER.toSeconds(), TimeUnit.SECONDS)) {
            free.release(MAX_UNDER_WAY);
        } else {
            report.broken("requests are still under way after %d s", LAST_ANSWER.toSeconds());
        }
    }

    @Override
    public void close() {
        returns.shutdownNow();
    }

    /** How many requests a second such a server answers to four clients that each wait for their answer. */
    static double capacity(ServerProcess server, HttpRequest request, Duration time) throws InterruptedException {
        Statuses statuses = new Statuses();
        long start = System.nanoTime();
        Workers.run(4, worker -> {
            while (!Surroundings.isOver(start, time)) {
                int status = server.exchange(request).statusCode();
                statuses.count(status);
                if (ControlAnswers.isBusy(status)) {
                    Thread.sleep(50);
                }
            }
        });
        return statuses.of("200") / ((System.nanoTime() - start) / 1e9);
    }
}
