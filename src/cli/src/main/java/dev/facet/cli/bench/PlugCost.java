package dev.facet.cli.bench;

import dev.facet.core.pack.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** CPU time of plugging a pack. */
final class PlugCost {
    private static final double BAR_MILLIS = 60;

    private PlugCost() {}

    /** A table with a row for each plan that the pack offers. */
    static Table measure(PlugTrial trial, int uploads, int side) throws IOException, InterruptedException {
        Table table = new Table(
                "CPU time from the last byte of the upload to the answer of a %d² request".formatted(side),
                "plan",
                "upload to answer",
                "a request alone",
                "difference",
                "bar");
        int count = trial.options().rounds(uploads);
        for (Plan plan : PlannedPacks.plans(trial.manifest())) {
            trial.options().say("plug: CPU time, %s", plan.id());
            List<Double> whole = new ArrayList<>();
            List<Double> alone = new ArrayList<>();
            List<Double> difference = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                double plugged = plugAndAnswer(trial, plan);
                double answered = cpu(trial, () -> trial.predict("bench-cpu"));
                trial.server().unplug("bench-cpu");
                whole.add(plugged);
                alone.add(answered);
                difference.add(plugged - answered);
            }
            // The kernel counts in steps of 10 ms: the mean of many says more than their median.
            double mean = difference.stream()
                    .mapToDouble(Double::doubleValue)
                    .average()
                    .orElseThrow();
            table.row(
                    Cell.words(plan.id()),
                    Cell.millis(Spread.of(whole)),
                    Cell.millis(Spread.of(alone)),
                    new Cell.Amount(mean, 1, "ms"),
                    plan == Plan.FACTORED ? new Cell.Verdict(mean, BAR_MILLIS, true, "ms") : Cell.none());
        }
        table.note(
                "Server's CPU time, all threads, %d uploads of %.2f MB (%s); the self-test is included. The difference is of means.",
                count, trial.file().length / 1e6, trial.manifest().name());
        return table;
    }

    private static double plugAndAnswer(PlugTrial trial, Plan plan) throws IOException, InterruptedException {
        String path = "/v1/packs/bench-cpu/versions/1?plan=" + plan.id();
        try (HeldUpload upload = HeldUpload.begin(trial.server(), path, trial.copy("bench-cpu"))) {
            // What the body has cost until now is done.
            Thread.sleep(400);
            return cpu(trial, () -> {
                upload.finish();
                trial.predict("bench-cpu");
            });
        }
    }

    /** Something that a server is asked to do. */
    interface Action {
        void run() throws IOException, InterruptedException;
    }

    private static double cpu(PlugTrial trial, Action action) throws IOException, InterruptedException {
        double begin = trial.server().cpuMillis();
        action.run();
        return trial.server().cpuMillis() - begin;
    }
}
