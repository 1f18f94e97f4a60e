package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of requests, apart from those of a transport, and one that watches deadlines. Where a request may begin at once, the
 * thread that looked at it does its work too: to wake another one takes a good part of what a small request takes beside the
 * network. There are as many more of these threads than requests may be under way as look at what comes in. The packs of a request run side by
 * side as far as threads for that are free. Thread-safe.
 */
public final class RequestThreads implements AutoCloseable {
    private static final int WAITING_FOR_ADMISSION = 1024;
    private static final long IDLE_SECONDS = 60;
    private static final long TICK_SECONDS = 1;

    private final ThreadPoolExecutor admission;
    private final ThreadPoolExecutor work;
    private final SideBySide packs;
    private final ScheduledThreadPoolExecutor deadlines;
    private final ThreadLocal<Looking> looking = new ThreadLocal<>();

    /** What a thread that looks at a request does next. */
    private static final class Looking {
        private Runnable next;
    }

    /**
     * @param admission threads that get at images and read their headers
     * @param underWay requests that the scheduler has under way at the same time
     * @param runs of the engine at the same time, which a request for several packs may use alone
     */
    public RequestThreads(int admission, int underWay, int runs) {
        this.admission = pool("facet-request", admission + underWay, WAITING_FOR_ADMISSION);
        // For work that had to wait. The scheduler never starts more than there are threads; one may still be on its
        // way back.
        this.work = pool("facet-waited", underWay, underWay + 1);
        this.packs = new SideBySide(runs - 1, named("facet-pack"));
        this.deadlines = new ScheduledThreadPoolExecutor(1, named("facet-deadlines"));
        deadlines.setRemoveOnCancelPolicy(true);
        // Its thread wakes when a deadline is added that is the next: with this one before them, not for each request.
        deadlines.scheduleAtFixedRate(() -> {}, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    }

    private static ThreadPoolExecutor pool(String name, int threads, int queued) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queued), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        return task -> {
            // Without what the thread has that happens to make it: the mark of a request would stay. Newer JDKs leave
            // out its class
            // loader, too, by which the server finds its services.
            Thread thread = new Thread(null, task, name + "-" + number.incrementAndGet(), 0, false);
            thread.setContextClassLoader(classes);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** For the scheduler. */
    public Executor work() {
        return this::start;
    }

    private void start(Runnable task) {
        Looking own = looking.get();
        if (own == null || own.next != null) {
            work.execute(task);
            return;
        }
        own.next = task;
    }

    /** @throws RejectedExecutionException if too many requests wait to be looked at */
    void admit(Runnable task) {
        admission.execute(() -> {
            Looking own = new Looking();
            looking.set(own);
            try {
                task.run();
            } finally {
                looking.remove();
                if (own.next != null) {
                    own.next.run();
                }
            }
        });
    }

    /** By which a request answers its packs. */
    SideBySide packs() {
        return packs;
    }

    /** Fails a result when its deadline passes or it is cancelled; forgets about it when it is complete. */
    void boundByDeadline(Cancellation cancellation, CompletableFuture<?> result) {
        ScheduledFuture<?> expiry = deadlines.schedule(
                cancellation::expire, Math.max(0, cancellation.remainingNanos()), TimeUnit.NANOSECONDS);
        Cancellation.Registration registration = cancellation.onCancel(() -> failStopped(cancellation, result));
        result.whenComplete((value, failure) -> {
            expiry.cancel(false);
            registration.close();
        });
    }

    private void failStopped(Cancellation cancellation, CompletableFuture<?> result) {
        try {
            cancellation.check();
        } catch (RuntimeException reason) {
            result.completeExceptionally(reason);
        }
    }

    @Override
    public void close() {
        admission.shutdownNow();
        work.shutdownNow();
        packs.close();
        deadlines.shutdownNow();
    }
}
