package dev.facet.cli.reliability;

import dev.facet.cli.process.Machine;
import dev.facet.core.file.TemporaryFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs trials one after the other, each in a folder of its own and bounded in time. */
public final class Campaign {
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final CampaignOptions options;
    private final PrintStream progress;

    /**
     * @param progress where lines of progress go
     */
    public Campaign(CampaignOptions options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /** How long each trial takes on two cores that do nothing else, by its name. */
    public static Map<String, Duration> durations() {
        Map<String, Duration> durations = new LinkedHashMap<>();
        trials(Duration.ofMinutes(30), 512).forEach(trial -> durations.put(trial.name(), trial.expected()));
        return durations;
    }

    private static List<Trial> trials(Duration soak, int side) {
        return List.of(
                new MutationsTrial(),
                new KillsTrial(),
                new ClientsTrial(),
                new OverloadTrial(side),
                new PlugsTrial(),
                new SoakTrial(soak));
    }

    /**
     * Runs trials.
     *
     * @param only their names; empty for all
     * @throws IllegalArgumentException if there is no trial of such a name
     */
    public List<TrialResult> run(List<String> only) throws IOException, InterruptedException {
        List<String> unknown = new ArrayList<>(only);
        unknown.removeAll(durations().keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("unknown trial: value=%s, expected some of %s"
                    .formatted(unknown, durations().keySet()));
        }
        String machine = Machine.describe(options.home());
        List<TrialResult> results = new ArrayList<>();
        for (Trial trial : trials(options.soak(), options.side())) {
            if (only.isEmpty() || only.contains(trial.name())) {
                results.add(run(trial, machine));
            }
        }
        return results;
    }

    private TrialResult run(Trial trial, String machine) throws IOException, InterruptedException {
        TrialReport report = new TrialReport();
        long start = System.nanoTime();
        try (TemporaryFolder folder = TemporaryFolder.create("facet-reliability")) {
            Surroundings surroundings = new Surroundings(options, trial.name(), folder.path(), progress);
            surroundings.say("begins, seed %d", options.seed());
            runBounded(trial, surroundings, report);
            surroundings.say(
                    report.brokenCount() == 0 ? "sound" : "broken: %d, the first: %s",
                    report.brokenCount(),
                    report.brokenOnes().stream().findFirst().orElse(""));
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        return TrialResult.of(trial, report, options, seconds, machine);
    }

    /** What a trial can't carry out is broken; so is one that doesn't end. */
    private static void runBounded(Trial trial, Surroundings surroundings, TrialReport report)
            throws InterruptedException {
        Duration limit = trial.expected().multipliedBy(3).plus(GRACE);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Thread hook = new Thread(surroundings::killServersAtExit);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Future<?> future = thread.submit(() -> {
                trial.run(surroundings, report);
                return null;
            });
            future.get(limit.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            report.broken("the trial couldn't be carried out: %s", e.getCause());
        } catch (TimeoutException e) {
            report.broken("the trial was ended after %d minutes", limit.toMinutes());
        } finally {
            thread.shutdownNow();
            surroundings.killServers();
            thread.awaitTermination(1, TimeUnit.MINUTES);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
