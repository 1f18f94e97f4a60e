package dev.facet.cli.bench;

import dev.facet.cli.process.Machine;
import dev.facet.cli.report.MarkedPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs benchmarks one after the other. */
public final class BenchRun {
    private static final MarkedPage PAGE =
            new MarkedPage("<!-- bench %s: written by facet bench --summary -->", "<!-- end of bench %s -->");

    private BenchRun() {}

    /**
     * Measures.
     *
     * @param command what was called, for the result
     */
    public static List<BenchResult> run(List<? extends Benchmark> benchmarks, BenchOptions options, String command)
            throws IOException, InterruptedException {
        String machine = Machine.describe(options.home());
        List<BenchResult> results = new ArrayList<>();
        for (Benchmark benchmark : benchmarks) {
            options.say("bench %s", benchmark.name());
            long start = System.nanoTime();
            List<Table> tables = benchmark.measure(options);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            results.add(new BenchResult(
                    benchmark.name(), benchmark.title(), command, machine, options.quick(), seconds, tables));
        }
        return results;
    }

    /** Replaces the sections of these results in a page, and leaves the rest. */
    public static void write(Path page, List<BenchResult> results) throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        results.forEach(result -> sections.put(result.benchmark(), result.markdown()));
        PAGE.write(page, "# Benchmarks", sections);
    }
}
