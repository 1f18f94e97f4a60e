package dev.facet.cli.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do a trial's work side by side. */
final class Workers {
    private Workers() {}

    /** What a worker does; failures of others than it expects end the trial. */
    interface Work {
        void run(int worker) throws Exception;
    }

    /** Runs that many workers, numbered from 0, and waits for all. */
    static void run(int count, Work work) throws InterruptedException {
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
            throw new IllegalStateException("a worker of the campaign failed: " + e.getCause(), e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
