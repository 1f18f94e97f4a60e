package dev.facet.cli;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Progress of long work, on stderr: one line that is drawn again and again in a terminal, a line a minute elsewhere. Short work
 * says nothing. Thread-safe.
 */
final class Progress implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofMinutes(1);
    /** Erases a line of a terminal from the cursor on. */
    private static final String ERASE = "\u001b[K";

    private final String title;
    private final long steps;
    private final boolean terminal;
    private final PrintStream out;
    private final long beginNanos = System.nanoTime();
    private long toldNanos = beginNanos;
    private long done;
    private boolean drawn;

    private Progress(String title, long steps, boolean terminal, PrintStream out) {
        this.title = title;
        this.steps = steps;
        this.terminal = terminal;
        this.out = out;
    }

    /** Of a number of steps, or of bytes; the launcher says whether stderr is a terminal. */
    static Progress bar(String title, long steps) {
        return new Progress(title, steps, Boolean.getBoolean("facet.terminal"), System.err);
    }

    static Progress bar(String title, long steps, boolean terminal, PrintStream out) {
        return new Progress(title, steps, terminal, out);
    }

    /** One step more. */
    synchronized void step() {
        stepTo(done + 1);
    }

    /** So many steps in all. */
    synchronized void stepTo(long count) {
        done = count;
        long now = System.nanoTime();
        if (now - toldNanos < (terminal ? REDRAW : LINE).toNanos()) {
            return;
        }
        toldNanos = now;
        if (terminal) {
            out.print("\r" + line(now) + ERASE);
            out.flush();
            drawn = true;
        } else {
            out.println("facet: " + line(now));
        }
    }

    private String line(long now) {
        double share = steps <= 0 ? 1 : Math.min(1, (double) done / steps);
        double seconds = (now - beginNanos) / 1e9;
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
        if (drawn) {
            out.print("\r" + ERASE);
            out.flush();
            drawn = false;
        }
    }
}
