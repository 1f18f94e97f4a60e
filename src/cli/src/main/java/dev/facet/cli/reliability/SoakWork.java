package dev.facet.cli.reliability;

import dev.facet.cli.load.Statuses;
import dev.facet.cli.load.Workers;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.sample.PackFile;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** The work of all clients, until the time is over. */
final class SoakWork {
    private static final int PREDICTING = 3;
    private static final int SLOW = 6;
    private static final Duration SPELL = Duration.ofSeconds(20);
    private static final double FLAT = 96e6;

    private final Surroundings surroundings;
    private final ServerProcess server;
    private final RepeatableAnswers answers;
    private final PackChanges changes;
    private final TrialReport report;
    private final List<Mutation> mutations;
    private final MutationOutcomes damaged;
    private final Statuses statuses = new Statuses();

    SoakWork(
            Surroundings surroundings,
            ServerProcess server,
            RepeatableAnswers answers,
            PackChanges changes,
            PackFile edges,
            TrialReport report)
            throws IOException {
        this.surroundings = surroundings;
        this.server = server;
        this.answers = answers;
        this.changes = changes;
        this.report = report;
        this.damaged = new MutationOutcomes(report);
        this.mutations = List.of(
                new HeadMutations(server, damaged),
                new ImageMutations(server, damaged, "small-edges"),
                new ManifestMutations(server, damaged, edges));
    }

    void run(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Workers.run(PREDICTING + SLOW + 3, worker -> {
            SplittableRandom random = surroundings.random("worker " + worker);
            if (worker < PREDICTING) {
                predict(worker, random, end);
            } else if (worker < PREDICTING + SLOW) {
                beSlow(random, end);
            } else if (worker == PREDICTING + SLOW) {
                change(random, end);
            } else if (worker == PREDICTING + SLOW + 1) {
                damage(random, end);
            } else {
                watch(time, end);
            }
        });
        report.figure("predictions", statuses.toString());
        report.figure("damaged inputs", damaged.statuses().toString());
    }

    private void predict(int worker, SplittableRandom random, long end) throws InterruptedException {
        // One of them asks for HTTP/2 and takes HTTP/1.1 where that is all there is.
        HttpClient client = HttpClient.newBuilder()
                .version(worker == 0 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .build();
        while (goesOn(end)) {
            RepeatableAnswers.Question question = answers.get(random.nextInt(answers.size()));
            try {
                HttpResponse<byte[]> response = client.send(question.request(server), BodyHandlers.ofByteArray());
                int status = response.statusCode();
                statuses.count(status);
                boolean busy = ControlAnswers.isBusy(status) || status == 504;
                report.expect(status == 200 || busy, "%s: status=%d", question.path(), status);
                report.expect(
                        status != 200 || question.isAnsweredBy(response.body()),
                        "answer differs from the earlier one: path=%s",
                        question.path());
                if (busy) {
                    Thread.sleep(ControlAnswers.retryAfterMillis(response));
                }
            } catch (IOException e) {
                statuses.count("no answer");
                report.broken("%s: no answer: %s", question.path(), e);
            }
        }
    }

    private void beSlow(SplittableRandom random, long end) throws InterruptedException {
        // Without the first: a thousand idle connections belong to the trial of clients.
        List<Misbehaviour> kinds =
                Misbehaviour.all().subList(1, Misbehaviour.all().size());
        while (goesOn(end)) {
            Misbehaviour kind = kinds.get(random.nextInt(kinds.size()));
            long spell = Math.min(end, System.nanoTime() + SPELL.toNanos());
            try {
                kind.client().run(server, answers.get(0).image(), random, spell);
            } catch (IOException e) {
                Thread.sleep(200);
            }
        }
    }

    private void change(SplittableRandom random, long end) throws InterruptedException {
        while (goesOn(end)) {
            try {
                changes.change(server, random, report);
            } catch (IOException e) {
                report.broken("a change of a pack wasn't answered: %s", e);
            }
            Thread.sleep(500);
        }
    }

    private void damage(SplittableRandom random, long end) throws InterruptedException {
        for (int i = 0; goesOn(end); i++) {
            Mutation mutation = mutations.get(random.nextInt(mutations.size()));
            String item = "%s#%d".formatted(mutation.name(), i);
            try {
                mutation.one(surroundings.random(item), item, 0);
            } catch (IOException e) {
                report.broken("%s: no answer: %s", item, e);
            }
            Thread.sleep(50);
        }
    }

    private void watch(Duration time, long end) throws IOException, InterruptedException {
        report.row("minute", "predictions", "resident", "heap");
        long start = System.nanoTime();
        long period = Math.min(Duration.ofMinutes(1).toNanos(), time.toNanos() / 6);
        ServerProcess.Memory early = null;
        for (int minute = 1; goesOn(end); minute++) {
            long next = Math.min(end, start + minute * period);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
            if (early == null && System.nanoTime() - start >= time.toNanos() / 6) {
                early = server.memory();
            }
            ServerProcess.Memory now = server.memoryNow();
            report.row(
                    "%.1f".formatted((System.nanoTime() - start) / 60e9),
                    Long.toString(statuses.total()),
                    "%.1f MB".formatted(now.resident() / 1e6),
                    "%.1f MB".formatted(now.heap() / 1e6));
            surroundings.say("%s; resident %.1f MB", statuses, now.resident() / 1e6);
        }
        if (early == null) {
            report.broken("memory wasn't measured: the server ended in the first sixth");
            return;
        }
        ServerProcess.Memory last = server.memory();
        double growth = last.minus(early);
        report.figure(
                "growth after the first sixth",
                "%.1f MB (resident %.1f to %.1f, live heap %.1f to %.1f)",
                growth / 1e6,
                early.resident() / 1e6,
                last.resident() / 1e6,
                early.heap() / 1e6,
                last.heap() / 1e6);
        report.expect(growth < FLAT, "memory grew by %.1f MB, expected less than %.0f", growth / 1e6, FLAT / 1e6);
    }

    private boolean goesOn(long end) {
        return System.nanoTime() < end && server.isAlive();
    }
}
