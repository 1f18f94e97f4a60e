package dev.facet.server.http;

import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that decode images, wait for the engine and encode answers: one for each prediction that may run or wait, apart
 * from those of the framework, so that probes and management never wait behind predictions.
 */
@ApplicationScoped
public class Workers {
    private static final long IDLE_SECONDS = 60;
    private static final long RETRY_MILLIS = 1000;

    private final ThreadPoolExecutor executor;

    Workers(FacetConfiguration configuration) {
        int threads = configuration.limits().queue() + configuration.engine().concurrency();
        AtomicInteger number = new AtomicInteger();
        this.executor =
                new ThreadPoolExecutor(0, threads, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "facet-prediction-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Runs on a thread of its own; fails with 429 where all are taken. */
    public <T> CompletionStage<T> run(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException e) {
            Problem full = new Problem(
                            429,
                            "QUEUE_FULL",
                            "queue is full: predictions=%d; try again".formatted(executor.getMaximumPoolSize()))
                    .with(Problem.RETRY_AFTER_MILLIS, RETRY_MILLIS);
            return CompletableFuture.failedFuture(new ProblemException(full));
        }
    }

    /** Predictions that are under way, waiting ones included. */
    public int active() {
        return executor.getActiveCount();
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }
}
