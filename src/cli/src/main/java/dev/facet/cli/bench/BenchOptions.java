package dev.facet.cli.bench;

import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What all benchmarks work with.
 *
 * @param home the repository, whose commit is named
 * @param jar {@code quarkus-run.jar} of the server
 * @param bank the filter bank
 * @param packs packs that are measured, at least one
 * @param quick few and short rounds, to see that the benchmark itself works: its figures say nothing
 * @param progress where lines of progress go
 */
public record BenchOptions(Path home, Path jar, Path bank, List<Path> packs, boolean quick, PrintStream progress) {
    private static final int QUICK_ROUNDS = 2;

    public BenchOptions {
        packs = List.copyOf(packs);
        if (packs.isEmpty()) {
            throw new IllegalArgumentException("no pack to measure: bank=%s, expected packs beside it".formatted(bank));
        }
    }

    /** The first pack that answers for a kind. */
    Path packOf(String kind) throws IOException {
        for (Path pack : packs) {
            if (PackReader.readUnbound(pack).manifest().task().id().equals(kind)) {
                return pack;
            }
        }
        throw new IOException("no pack of this kind: kind='%s', packs=%s".formatted(kind, packs));
    }

    /** Rounds that count: that many, or two. */
    int rounds(int whole) {
        return quick ? Math.min(whole, QUICK_ROUNDS) : whole;
    }

    /** That number, or at most {@code least} where it is quick. */
    int count(int whole, int least) {
        return quick ? Math.min(whole, least) : whole;
    }

    /** A line of progress. */
    void say(String pattern, Object... values) {
        progress.println("facet: " + pattern.formatted(values));
    }
}
