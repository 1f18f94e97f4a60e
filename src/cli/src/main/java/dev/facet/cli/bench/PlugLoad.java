package dev.facet.cli.bench;

import dev.facet.cli.load.Latencies;
import dev.facet.cli.load.Statuses;
import dev.facet.cli.load.Workers;
import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** What plugging does to the requests of other packs. */
final class PlugLoad {
    private static final double BAR = 1.25;
    private static final int SIDE = 512;
    private static final int SECONDS = 15;
    private static final int PERIOD_MILLIS = 1000;

    private PlugLoad() {}

    /** A table with a row for each plan of the plugged pack. */
    static Table measure(PlugTrial trial, int rounds) throws IOException, InterruptedException {
        Table table = new Table(
                "Requests of another pack while one is plugged and unplugged each second",
                "plan of the plugged",
                "plugs",
                "requests",
                "failures",
                "p50 without",
                "p50",
                "p95 without",
                "p95",
                "ratio of p95",
                "bar");
        for (Plan plan : PlannedPacks.plans(trial.manifest())) {
            trial.options().say("plug: under load, %s", plan.id());
            Load quiet = new Load(trial);
            Load busy = new Load(trial);
            AtomicInteger plugs = new AtomicInteger();
            Rounds.measure(
                    0,
                    trial.options().rounds(rounds),
                    List.of(
                            quiet::run,
                            () -> busy.runWhile(() -> {
                                trial.server().plug("bench-load", trial.copy("bench-load"), plan.id());
                                trial.server().unplug("bench-load");
                                plugs.incrementAndGet();
                            })));
            double ratio = busy.latencies.percentile(95) / quiet.latencies.percentile(95);
            table.row(
                    Cell.words(plan.id()),
                    Cell.words("%d", plugs.get()),
                    Cell.words("%d", busy.latencies.count()),
                    Cell.words("%d", quiet.failures() + busy.failures()),
                    new Cell.Amount(quiet.latencies.percentile(50), 0, "ms"),
                    new Cell.Amount(busy.latencies.percentile(50), 0, "ms"),
                    new Cell.Amount(quiet.latencies.percentile(95), 0, "ms"),
                    new Cell.Amount(busy.latencies.percentile(95), 0, "ms"),
                    new Cell.Amount(ratio, 3, ""),
                    plan == Plan.FACTORED ? Cell.atMost(ratio, BAR) : Cell.none());
        }
        table.note(
                "One client that waits for its answers, %d² JPEG → PNG, %d s with and %d s without plugging in turns. Times are of"
                        + " the clock.",
                SIDE, seconds(trial), seconds(trial));
        return table;
    }

    private static int seconds(PlugTrial trial) {
        return trial.options().count(SECONDS, 2);
    }

    /** A client that asks for some time. */
    private static final class Load {
        private final PlugTrial trial;
        private final HttpRequest request;
        private final Latencies latencies = new Latencies();
        private final Statuses statuses = new Statuses();

        Load(PlugTrial trial) throws IOException {
            this.trial = trial;
            this.request = trial.server()
                    .request("/v1/%s.png?pack=bench-base".formatted(trial.kind()))
                    .header("Content-Type", "image/jpeg")
                    .POST(BodyPublishers.ofByteArray(SyntheticImage.jpeg(SIDE, SIDE, 1)))
                    .build();
        }

        Load run() throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds(trial));
            while (System.nanoTime() < end) {
                long begin = System.nanoTime();
                int status = trial.server().exchange(request).statusCode();
                statuses.count(status);
                latencies.add((System.nanoTime() - begin) / 1e6);
            }
            return this;
        }

        Load runWhile(PlugCost.Action action) throws InterruptedException {
            AtomicBoolean over = new AtomicBoolean();
            Workers.run(2, worker -> {
                if (worker == 0) {
                    try {
                        run();
                    } finally {
                        over.set(true);
                    }
                    return;
                }
                long next = System.nanoTime();
                while (!over.get()) {
                    action.run();
                    next += TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS);
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
                }
            });
            return this;
        }

        long failures() {
            return statuses.total() - statuses.of("200");
        }
    }
}
