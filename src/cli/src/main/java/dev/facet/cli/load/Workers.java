package dev.facet.cli.load;

import dev.facet.core.failure.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do a measurement's or a trial's work side by side. */
public final class Workers {
    private Workers() {}

    /** What a worker does; a failure ends the whole. */
    public interface Work {
        void run(int worker) throws Exception;
    }

    /** Runs that many workers, numbered from 0, and waits for all. */
    public static void run(int count, Work work) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int worker = i;
                futures.add(threads.submit(() -> {
                    work.run(worker);
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker failed: " + Failures.describe(e.getCause()), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
