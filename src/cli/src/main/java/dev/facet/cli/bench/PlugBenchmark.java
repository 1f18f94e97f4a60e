package dev.facet.cli.bench;

import dev.facet.cli.sample.SyntheticImage;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a pack costs a running server: memory, CPU time, and the time of other packs' requests. */
public final class PlugBenchmark implements Benchmark {
    private static final int WARM_UP_REQUESTS = 1500;
    private static final int WARM_UPS = 10;
    private static final int LARGE_SIDE = 512;
    private static final int SIDE = 192;

    /** What is measured. */
    public enum Part {
        CPU,
        LOAD,
        MEMORY,
        ROUNDS
    }

    private final Set<Part> parts;
    private final int uploads;
    private final int loadRounds;
    private final int plugRounds;

    /**
     * @param parts at least one
     * @param uploads whose CPU time is measured, for each plan
     * @param loadRounds each some seconds with and some without plugging
     * @param plugRounds rounds of plugging, answering and unplugging over which memory is watched
     */
    public PlugBenchmark(Set<Part> parts, int uploads, int loadRounds, int plugRounds) {
        this.parts = EnumSet.copyOf(parts);
        this.uploads = uploads;
        this.loadRounds = loadRounds;
        this.plugRounds = plugRounds;
    }

    /** As {@code facet bench} runs it. */
    public static PlugBenchmark usual() {
        return new PlugBenchmark(EnumSet.allOf(Part.class), 20, 5, 200);
    }

    @Override
    public String name() {
        return "plug";
    }

    @Override
    public String title() {
        return "Hot plug";
    }

    @Override
    public List<Table> measure(BenchOptions options) throws IOException, InterruptedException {
        Path file = options.packs().get(0);
        List<Table> tables = new ArrayList<>();
        try (MeasuredServer server = MeasuredServer.start(options, List.of(), 0)) {
            WarmUp.server(options, server.process(), file, WARM_UP_REQUESTS);
            PlugTrial trial = new PlugTrial(
                    options,
                    server.process(),
                    PackReader.readUnbound(file),
                    Files.readAllBytes(file),
                    SIDE,
                    SyntheticImage.jpeg(SIDE, SIDE, 1));
            // What the first packs and requests set up (session, code, arenas) isn't a pack's cost.
            trial.plug("bench-base");
            for (int i = 0; i < options.count(WARM_UPS, 2); i++) {
                trial.predict("bench-base");
                trial.plug("bench-warm");
                trial.predict("bench-warm");
                trial.server().unplug("bench-warm");
            }
            if (parts.contains(Part.CPU)) {
                tables.add(PlugCost.measure(trial, uploads, SIDE));
            }
            if (parts.contains(Part.LOAD)) {
                tables.add(PlugLoad.measure(trial, loadRounds));
            }
            if (parts.contains(Part.MEMORY)) {
                tables.add(PlugMemory.added(trial));
                tables.add(PlugMemory.byPlan(trial.showing(LARGE_SIDE)));
            }
            if (parts.contains(Part.ROUNDS)) {
                tables.add(PlugMemory.overRounds(trial, plugRounds));
            }
        }
        return tables;
    }
}
