package dev.facet.cli.bench;

import java.io.IOException;
import java.util.List;

/** Measures what one section of docs/benchmarks.md says. */
public interface Benchmark {
    /** One word, as the command and the section are called. */
    String name();

    /** Heading of the section. */
    String title();

    /**
     * Measures.
     *
     * @throws IOException if it can't be carried out
     */
    List<Table> measure(BenchOptions options) throws IOException, InterruptedException;
}
