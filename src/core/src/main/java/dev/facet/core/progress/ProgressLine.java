package dev.facet.core.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What long work says of itself on stderr: one line that is drawn again and again in a terminal, a line a minute elsewhere.
 * Thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final Duration LINE = Duration.ofMinutes(1);
    /** Erases a line of a terminal from the cursor on. */
    private static final String ERASE = "\u001b[K";

    private final boolean terminal;
    private final PrintStream out;
    private long toldNanos = System.nanoTime();
    private boolean drawn;

    /**
     * @param terminal whether a line can be drawn again
     * @param out stays open
     */
    public ProgressLine(boolean terminal, PrintStream out) {
        this.terminal = terminal;
        this.out = out;
    }

    /** On stderr; the launcher says whether that is a terminal. */
    public static ProgressLine onErrors() {
        return new ProgressLine(Boolean.getBoolean("facet.terminal"), System.err);
    }

    /** Says it if the last time was long enough ago; asks for the line only then. */
    public synchronized void show(Supplier<String> line) {
        long now = System.nanoTime();
        if (now - toldNanos < (terminal ? REDRAW : LINE).toNanos()) {
            return;
        }
        toldNanos = now;
        if (terminal) {
            out.print("\r" + line.get() + ERASE);
            out.flush();
            drawn = true;
        } else {
            out.println("facet: " + line.get());
        }
    }

    /** Makes place for a line that says something else: elsewhere than in a terminal, the next is a minute away again. */
    public synchronized void clear() {
        if (!terminal) {
            toldNanos = System.nanoTime();
        }
        close();
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
