package dev.facet.cli;

import dev.facet.core.progress.ProgressLine;
import java.io.PrintStream;

/** Progress of long work that is counted in steps, on a {@link ProgressLine}. Short work says nothing. Thread-safe. */
final class Progress implements AutoCloseable {
    private final String title;
    private final long steps;
    private final ProgressLine shown;
    private final long beginNanos = System.nanoTime();
    private long done;

    private Progress(String title, long steps, ProgressLine shown) {
        this.title = title;
        this.steps = steps;
        this.shown = shown;
    }

    /** Of a number of steps, or of bytes. */
    static Progress bar(String title, long steps) {
        return new Progress(title, steps, ProgressLine.onErrors());
    }

    static Progress bar(String title, long steps, boolean terminal, PrintStream out) {
        return new Progress(title, steps, new ProgressLine(terminal, out));
    }

    /** One step more. */
    synchronized void step() {
        stepTo(done + 1);
    }

    /** So many steps in all. */
    synchronized void stepTo(long count) {
        done = count;
        shown.show(this::line);
    }

    private String line() {
        double share = steps <= 0 ? 1 : Math.min(1, (double) done / steps);
        double seconds = (System.nanoTime() - beginNanos) / 1e9;
        String left = share > 0 ? ", %s left".formatted(time(seconds / share - seconds)) : "";
        return "%s: %d of %d (%d %%)%s".formatted(title, done, steps, (int) (100 * share), left);
    }

    private static String time(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        return whole < 60 ? whole + " s" : whole < 3600 ? whole / 60 + " min" : "%.1f h".formatted(whole / 3600.0);
    }

    /** Takes the line away: what comes after it begins where it began. */
    @Override
    public synchronized void close() {
        shown.close();
    }
}
