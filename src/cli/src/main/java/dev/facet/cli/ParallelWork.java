package dev.facet.cli;

import dev.facet.core.failure.Failures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does the same to many things on several threads; the first failure ends it. */
final class ParallelWork {
    /** What is done to one thing. */
    @FunctionalInterface
    interface Action<T> {
        void run(T thing) throws Exception;
    }

    private ParallelWork() {}

    /** Returns when all is done, or throws the first failure when nothing runs any more. */
    static <T> void each(List<T> things, int threads, Action<T> action) {
        ExecutorService executor = Executors.newFixedThreadPool(Math.max(1, Math.min(threads, things.size())));
        ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(executor);
        List<Future<Void>> all = new ArrayList<>();
        try {
            for (T thing : things) {
                all.add(done.submit(() -> {
                    action.run(thing);
                    return null;
                }));
            }
            for (int i = 0; i < all.size(); i++) {
                done.take().get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CommandFailure(Failures.describe(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        } finally {
            all.forEach(each -> each.cancel(false));
            executor.shutdown();
            awaitEnd(executor);
        }
    }

    /** Work under way uses what the caller closes next. */
    private static void awaitEnd(ExecutorService executor) {
        boolean interrupted = false;
        while (true) {
            try {
                if (executor.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
