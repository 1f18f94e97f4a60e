package dev.facet.cli.reliability;

import dev.facet.cli.load.Cores;
import dev.facet.cli.load.Latencies;
import dev.facet.cli.process.ServerProcess;
import dev.facet.cli.reliability.OpenLoad.Outcome;
import dev.facet.cli.reliability.OpenLoad.Outcomes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;

/** Twice as many requests as a server can answer. */
final class OverloadTrial implements Trial {
    private static final double NORMAL = 0.7;
    private static final double TWICE = 2;
    private static final double BAR = 2.5;
    private static final double TRUE_SHARE = 0.5;
    private static final double REFUSED_SHARE = 0.05;
    private static final int BACK_SECONDS = 5;
    private static final int WATCHED_SECONDS = 30;

    private final int side;

    /**
     * @param side of the image in pixels
     */
    OverloadTrial(int side) {
        this.side = side;
    }

    @Override
    public String name() {
        return "overload";
    }

    @Override
    public String description() {
        return "Sends prediction requests with a %d×%d image. The capacity is what four clients, each waiting for its answer, get"
                        .formatted(side, side)
                + " in half a minute, after a minute of warm-up. Then requests arrive at random times (Poisson), whether or"
                + " not earlier ones were answered: two minutes at 70 % of the capacity, two at 200 %, one at 70 %. In"
                + " addition, one in five of the refused requests is repeated after exactly the time in Retry-After."
                + " Expected: at most 5 % are refused at 70 %; p95 of the accepted at 200 % is at most 2.5 times that at 70"
                + " %; every refusal has a Retry-After, and at least half of the repeated requests are accepted; within 5 s"
                + " after the overload there is a second in which nothing is refused and half of the requests take no longer"
                + " than p95 at 70 %.";
    }

    @Override
    public Duration expected() {
        return Duration.ofMinutes(7);
    }

    @Override
    public void run(Surroundings surroundings, TrialReport report) throws IOException, InterruptedException {
        byte[] image = ImageSamples.jpeg(side, side, 51);
        CampaignOptions options = surroundings.options();
        try (Cores cores = Cores.pin();
                ServerProcess server =
                        surroundings.start(surroundings.serverOptions().startedBy(cores.prefixOfServer()))) {
            report.figure("cores", cores.describe());
            HttpRequest request = server.request("/v1/edges.png")
                    .header("Content-Type", "image/jpeg")
                    .POST(BodyPublishers.ofByteArray(image))
                    .build();
            byte[] expected = server.send(request).body();
            OpenLoad.capacity(server, request, options.time(Duration.ofMinutes(1)));
            double capacity = OpenLoad.capacity(server, request, options.time(Duration.ofSeconds(30)));
            report.figure("capacity", "%.1f requests a second", capacity);
            surroundings.say("capacity: %.1f requests a second", capacity);
            report.row("load", "requests", "answers", "accepted", "p50 of accepted", "p95 of accepted");
            try (OpenLoad load = new OpenLoad(request, expected, surroundings.random("arrivals"), report)) {
                Outcomes before = load.run(NORMAL * capacity, options.time(Duration.ofMinutes(2)));
                load.awaitAnswers();
                row(report, surroundings, "70 %", before);
                Outcomes during = load.run(TWICE * capacity, options.time(Duration.ofMinutes(2)));
                Outcomes after = load.run(NORMAL * capacity, options.time(Duration.ofMinutes(1)));
                load.awaitAnswers();
                row(report, surroundings, "200 %", during);
                row(report, surroundings, "70 % again", after);
                judge(before, during, after, report);
            }
            report.expect(server.exchange(request).statusCode() == 200, "the server doesn't answer when all is over");
            new ServerFiles(surroundings.folder()).reportStackTraces(report);
        }
    }

    private static void row(TrialReport report, Surroundings surroundings, String load, Outcomes outcomes) {
        List<Outcome> firsts = outcomes.firsts();
        long accepted = firsts.stream().filter(Outcome::isAccepted).count();
        Latencies times = outcomes.accepted();
        report.row(
                load,
                Integer.toString(firsts.size()),
                outcomes.statuses().toString(),
                "%.1f %%".formatted(100.0 * accepted / Math.max(1, firsts.size())),
                "%.0f ms".formatted(times.percentile(50)),
                "%.0f ms".formatted(times.percentile(95)));
        surroundings.say("%s: %s, p95 of the accepted %.0f ms", load, outcomes.statuses(), times.percentile(95));
    }

    private static void judge(Outcomes before, Outcomes during, Outcomes after, TrialReport report) {
        double refused = 1
                - (double) before.accepted().count()
                        / Math.max(1, before.firsts().size());
        report.expect(refused <= REFUSED_SHARE, "%.1f %% were refused at 70 %% of the capacity", 100 * refused);
        double normal = before.accepted().percentile(95);
        double ratio = during.accepted().percentile(95) / normal;
        report.figure("p95 at 200 % relative to 70 %", "%.2f (bar %.1f)", ratio, BAR);
        report.expect(ratio <= BAR, "p95 of the accepted at 200 %% is %.2f times that at 70 %%, bar %.1f", ratio, BAR);
        List<Outcome> returned = during.returned();
        if (returned.isEmpty()) {
            report.figure("repeated as Retry-After says", "none");
        } else {
            double share =
                    (double) returned.stream().filter(Outcome::isAccepted).count() / returned.size();
            report.figure("repeated as Retry-After says", "%d, accepted %.1f %%", returned.size(), 100 * share);
            report.expect(
                    share >= TRUE_SHARE,
                    "%.1f %% of the requests repeated as Retry-After says were accepted",
                    100 * share);
        }
        double back = secondsToNormal(after, normal);
        report.figure(
                "back to normal after",
                "%.0f s (bar %d s; Infinity: not within %d s)",
                back,
                BACK_SECONDS,
                WATCHED_SECONDS);
        report.expect(back <= BACK_SECONDS, "normal again only after %.0f s, expected %d", back, BACK_SECONDS);
    }

    /** The end of the first second in which nothing was refused and the median is at most {@code normalMillis}. */
    private static double secondsToNormal(Outcomes after, double normalMillis) {
        for (int second = 0; second < WATCHED_SECONDS; second++) {
            long from = after.start() + Duration.ofSeconds(second).toNanos();
            List<Outcome> slot = after.firsts().stream()
                    .filter(outcome -> outcome.dueNanos() >= from && outcome.dueNanos() < from + 1_000_000_000L)
                    .toList();
            Latencies times = new Latencies();
            slot.stream().filter(Outcome::isAccepted).forEach(outcome -> times.add(outcome.millis()));
            if (!slot.isEmpty() && times.count() == slot.size() && times.percentile(50) <= normalMillis) {
                return second + 1;
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
