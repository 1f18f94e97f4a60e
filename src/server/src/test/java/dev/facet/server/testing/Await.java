package dev.facet.server.testing;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what happens a moment later. */
public final class Await {
    private static final long LONGEST_NANOS = 30_000_000_000L;

    private Await() {}

    /** The first value that fits; after half a minute the last one, whatever it is. */
    public static <T> T until(Supplier<T> value, Predicate<T> fits) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            T now = value.get();
            if (fits.test(now) || System.nanoTime() - begin > LONGEST_NANOS) {
                return now;
            }
            Thread.sleep(50);
        }
    }
}
