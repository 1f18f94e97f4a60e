package dev.facet.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void stop() {
        release.countDown();
        threads.shutdownNow();
    }

    private static Request request(int priority) {
        return new Request(100, priority, System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
    }

    private static Request dueIn(Duration time) {
        return new Request(100, 0, System.nanoTime() + time.toNanos());
    }

    /** A run that goes on until it is released. */
    private Future<Scheduler.Outcome<String>> occupy(Scheduler scheduler) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        Future<Scheduler.Outcome<String>> run = threads.submit(() -> scheduler.run(request(0), () -> {
            running.countDown();
            await(release);
            return "done";
        }));
        running.await();
        return run;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> Future<T> waiting(Scheduler scheduler, Request request, java.util.function.Supplier<T> work)
            throws InterruptedException {
        int before = scheduler.queueDepth();
        Future<T> run = threads.submit(() -> scheduler.run(request, work).value());
        while (scheduler.queueDepth() == before) {
            Thread.sleep(1);
        }
        return run;
    }

    @Test
    void runsAtOnceWhileThereIsRoom() {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 0, 0));
        assertThat(scheduler.run(request(0), () -> 7).value()).isEqualTo(7);
        assertThat(scheduler.running()).isZero();
    }

    @Test
    void neverRunsMoreThanItsConcurrency() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(2, 100, Long.MAX_VALUE));
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            runs.add(threads.submit(() -> scheduler.run(request(0), () -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.yield();
                return now.decrementAndGet();
            })));
        }
        for (Future<?> run : runs) {
            run.get();
        }
        assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void refusesWhatDoesntFitTheQueueAndSaysWhenToTryAgain() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 1, 1000));
        occupy(scheduler);
        waiting(scheduler, request(0), () -> 1);
        assertThatThrownBy(() -> scheduler.run(request(0), () -> 1))
                .isInstanceOfSatisfying(
                        QueueFullException.class,
                        e -> assertThat(e.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1)));
    }

    @Test
    void refusesMorePixelsThanMayWait() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, 150));
        occupy(scheduler);
        waiting(scheduler, request(0), () -> 1);
        assertThatThrownBy(() -> scheduler.run(request(0), () -> 1)).isInstanceOf(QueueFullException.class);
    }

    @Test
    void runsByPriorityThenByArrival() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, Long.MAX_VALUE));
        occupy(scheduler);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Future<Boolean>> runs = List.of(
                waiting(scheduler, request(0), () -> order.add("unprioritised")),
                waiting(scheduler, request(2), () -> order.add("second, earlier")),
                waiting(scheduler, request(2), () -> order.add("second, later")),
                waiting(scheduler, request(1), () -> order.add("first")));
        release.countDown();
        for (Future<Boolean> run : runs) {
            run.get();
        }
        assertThat(order).containsExactly("first", "second, earlier", "second, later", "unprioritised");
    }

    @Test
    void dropsWhatIsCancelledOrLateBeforeItRuns() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, Long.MAX_VALUE));
        occupy(scheduler);
        AtomicInteger ran = new AtomicInteger();
        Request unwanted = request(0);
        Future<Integer> cancelled = waiting(scheduler, unwanted, ran::incrementAndGet);
        Future<Integer> late = waiting(scheduler, dueIn(Duration.ofMillis(300)), ran::incrementAndGet);
        unwanted.cancel();
        assertThatThrownBy(cancelled::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CancelledException.class);
        assertThatThrownBy(late::get).hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(scheduler.queueDepth()).isZero();
        release.countDown();
        assertThat(scheduler.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void refusesWhatIsLateOnArrival() {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, Long.MAX_VALUE));
        assertThatThrownBy(() -> scheduler.run(dueIn(Duration.ofMillis(-1)), () -> 1))
                .isInstanceOf(DeadlineExceededException.class);
        assertThat(scheduler.running()).isZero();
    }

    @Test
    void givesItsPlaceUpWhenTheThreadIsInterrupted() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, Long.MAX_VALUE));
        occupy(scheduler);
        Future<Integer> waiter = waiting(scheduler, request(0), () -> 1);
        waiter.cancel(true);
        while (scheduler.queueDepth() > 0) {
            Thread.sleep(1);
        }
        release.countDown();
        assertThat(scheduler.run(request(0), () -> 2).value()).isEqualTo(2);
    }

    @Test
    void aFailedRunMakesRoomForTheNext() {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 0, 0));
        assertThatThrownBy(() -> scheduler.run(request(0), () -> {
                    throw new IllegalStateException("run failed");
                }))
                .hasMessage("run failed");
        assertThat(scheduler.run(request(0), () -> 3).value()).isEqualTo(3);
    }

    @Test
    void drainsWhatWasAdmittedAndRefusesTheRest() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, 10, Long.MAX_VALUE));
        Future<Scheduler.Outcome<String>> running = occupy(scheduler);
        Future<Integer> queued = waiting(scheduler, request(0), () -> 4);
        assertThat(scheduler.drain(Duration.ofMillis(20))).isFalse();
        assertThat(scheduler.isDraining()).isTrue();
        assertThatThrownBy(() -> scheduler.run(request(0), () -> 1)).isInstanceOf(DrainingException.class);
        release.countDown();
        assertThat(scheduler.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(running.get().value()).isEqualTo("done");
        assertThat(queued.get()).isEqualTo(4);
    }
}
