package dev.facet.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
    private static final long COST = 1000;
    /** Takes eight seconds at the speed that is assumed first, so that no pause of the test is as long as a turn. */
    private static final long SECONDS = 80L * 512 * 512;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);
    private final MemoryBudget memory = new MemoryBudget(1000, 100);
    private final List<String> begun = Collections.synchronizedList(new ArrayList<>());
    private final BlockingQueue<RuntimeException> refusals = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        release.countDown();
        threads.shutdownNow();
    }

    private Scheduler scheduler(int underWay, Duration maxWait) {
        return new Scheduler(new SchedulerLimits(underWay, maxWait, 0), memory, threads);
    }

    /** Work that notes its name when it begins and goes on until it is released. */
    private Work work(String name, String client, int priority, long bytes, Cancellation cancellation) {
        return work(name, client, priority, COST, bytes, cancellation);
    }

    private Work work(String name, String client, int priority, long cost, long bytes, Cancellation cancellation) {
        return new Work(
                client,
                priority,
                cost,
                bytes,
                cancellation,
                reservation -> {
                    begun.add(name);
                    await(release);
                    reservation.close();
                    return () -> {};
                },
                refusals::add);
    }

    private Work work(String name, String client) {
        return work(name, client, 0, 0, Cancellation.withoutDeadline());
    }

    private Work work(String name) {
        return work(name, "client");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitBegun(int count) throws InterruptedException {
        while (begun.size() < count) {
            Thread.sleep(1);
        }
    }

    @Test
    void neverHasMoreUnderWayThanItMay() throws Exception {
        Scheduler scheduler = scheduler(3, Duration.ofDays(1));
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(40);
        for (int i = 0; i < 40; i++) {
            scheduler.submit(new Work(
                    "client",
                    0,
                    COST,
                    0,
                    Cancellation.withoutDeadline(),
                    reservation -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        Thread.yield();
                        now.decrementAndGet();
                        return done::countDown;
                    },
                    refusals::add));
        }
        done.await();
        assertThat(most).hasValueBetween(1, 3);
        assertThat(refusals).isEmpty();
    }

    @Test
    void theHighestPriorityGoesFirstThenWhoCameFirst() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        scheduler.submit(work("first"));
        awaitBegun(1);
        scheduler.submit(work("default"));
        scheduler.submit(work("low", "client", 9, 0, Cancellation.withoutDeadline()));
        scheduler.submit(work("high", "client", 1, 0, Cancellation.withoutDeadline()));
        scheduler.submit(work("default again"));
        release.countDown();
        awaitBegun(5);
        assertThat(begun).containsExactly("first", "high", "low", "default", "default again");
    }

    @Test
    void whoAsksForLittleDoesNotWaitBehindWhoAsksForMuch() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        for (int i = 0; i < 6; i++) {
            scheduler.submit(work("much " + i, "greedy"));
        }
        awaitBegun(1);
        scheduler.submit(work("little", "modest"));
        release.countDown();
        awaitBegun(7);
        assertThat(begun.indexOf("little")).isEqualTo(1);
    }

    @Test
    void whoWouldWaitTooLongIsRefusedAndToldWhenToComeAgain() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ZERO);
        scheduler.submit(work("first"));
        awaitBegun(1);
        scheduler.submit(work("next"));
        List<Duration> told = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() ->
                            scheduler.submit(work("refused", "client", 0, SECONDS, 0, Cancellation.withoutDeadline())))
                    .isInstanceOfSatisfying(QueueFullException.class, full -> told.add(full.retryAfter()));
        }
        assertThat(told).allMatch(wait -> wait.compareTo(Duration.ZERO) > 0);
        assertThat(told.get(3)).as("each is told a turn of its own").isGreaterThan(told.get(1));
        assertThat(scheduler.waiting()).isEqualTo(1);
        release.countDown();
        awaitBegun(2);
        assertThat(begun).containsExactly("first", "next");
    }

    @Test
    void aFewMayWaitHoweverLongTheyTake() throws Exception {
        Scheduler scheduler = new Scheduler(new SchedulerLimits(1, Duration.ZERO, 4), memory, threads);
        scheduler.submit(work("first"));
        awaitBegun(1);
        for (int i = 0; i < 4; i++) {
            scheduler.submit(work("waiting"));
        }
        assertThatThrownBy(() -> scheduler.submit(work("refused"))).isInstanceOf(QueueFullException.class);
    }

    @Test
    void aFullQueueMakesRoomForAnotherClientAtTheCostOfWhoHasMost() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ZERO);
        scheduler.submit(work("first", "greedy"));
        awaitBegun(1);
        scheduler.submit(work("second", "greedy"));
        scheduler.submit(work("other", "modest"));
        assertThat(refusals.take()).isInstanceOf(QueueFullException.class);
        release.countDown();
        awaitBegun(2);
        assertThat(begun).containsExactly("first", "other");
    }

    @Test
    void workWaitsForItsMemoryInTheSameQueue() throws Exception {
        Scheduler scheduler = scheduler(4, Duration.ofDays(1));
        scheduler.submit(work("large", "client", 0, 700, Cancellation.withoutDeadline()));
        awaitBegun(1);
        scheduler.submit(work("too large for now", "client", 0, 400, Cancellation.withoutDeadline()));
        scheduler.submit(work("small, and later", "client", 0, 10, Cancellation.withoutDeadline()));
        Thread.sleep(20);
        assertThat(begun).containsExactly("large");
        assertThat(scheduler.waiting()).isEqualTo(2);
        release.countDown();
        awaitBegun(3);
        while (memory.heldBytes() > 0) {
            Thread.sleep(1);
        }
        assertThatThrownBy(() -> scheduler.submit(work("never", "client", 0, 901, Cancellation.withoutDeadline())))
                .isInstanceOf(TooMuchMemoryException.class)
                .hasMessageContaining("bytes=901, expected at most 900");
    }

    @Test
    void memoryThatAnAnswerKeepsIsCountedUntilItIsClosed() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        BlockingQueue<Reservation> kept = new LinkedBlockingQueue<>();
        scheduler.submit(new Work(
                "client",
                0,
                COST,
                800,
                Cancellation.withoutDeadline(),
                reservation -> () -> kept.add(reservation),
                refusals::add));
        Reservation answer = kept.take();
        answer.shrinkTo(300);
        assertThat(memory.heldBytes()).isEqualTo(300);
        answer.shrinkTo(500);
        assertThat(memory.heldBytes()).isEqualTo(300);
        answer.close();
        answer.close();
        assertThat(memory.heldBytes()).isZero();
    }

    @Test
    void workThatIsCancelledOrLateLeavesTheQueueAtOnce() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        scheduler.submit(work("first"));
        awaitBegun(1);
        Cancellation left = Cancellation.withoutDeadline();
        Cancellation late = Cancellation.withoutDeadline();
        scheduler.submit(work("left", "client", 0, 0, left));
        scheduler.submit(work("late", "client", 0, 0, late));
        left.cancel();
        assertThat(refusals.take()).isInstanceOf(CancelledException.class);
        late.expire();
        assertThat(refusals.take()).isInstanceOf(DeadlineExceededException.class);
        assertThat(scheduler.waiting()).isZero();
        assertThatThrownBy(() -> scheduler.submit(work("left", "client", 0, 0, left)))
                .isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> scheduler.submit(work("late", "client", 0, 0, Cancellation.at(System.nanoTime() - 1))))
                .isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void workThatFailsGivesItsPlaceBack() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        scheduler.submit(new Work(
                "client",
                0,
                COST,
                0,
                Cancellation.withoutDeadline(),
                reservation -> {
                    throw new IllegalStateException("on purpose");
                },
                refusals::add));
        scheduler.submit(work("next"));
        awaitBegun(1);
    }

    @Test
    void drainingRefusesNewWorkAndWaitsForTheRest() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        scheduler.submit(work("first"));
        scheduler.submit(work("second"));
        awaitBegun(1);
        assertThat(scheduler.drain(Duration.ofMillis(10))).isFalse();
        assertThatThrownBy(() -> scheduler.submit(work("third"))).isInstanceOf(DrainingException.class);
        release.countDown();
        assertThat(scheduler.drain(Duration.ofSeconds(30))).isTrue();
        assertThat(begun).containsExactly("first", "second");
    }

    @Test
    void expectsToWaitAsLongAsWorkWasMeasuredToTake() throws Exception {
        Scheduler scheduler = scheduler(1, Duration.ofDays(1));
        CountDownLatch done = new CountDownLatch(40);
        for (int i = 0; i < 40; i++) {
            scheduler.submit(new Work(
                    "client",
                    0,
                    COST,
                    0,
                    Cancellation.withoutDeadline(),
                    reservation -> {
                        try {
                            TimeUnit.MILLISECONDS.sleep(5);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return done::countDown;
                    },
                    refusals::add));
        }
        done.await();
        while (scheduler.underWay() > 0) {
            Thread.sleep(1);
        }
        scheduler.submit(work("running"));
        awaitBegun(1);
        for (int i = 0; i < 20; i++) {
            scheduler.submit(work("waiting"));
        }
        assertThat(scheduler.expectedWait()).isBetween(Duration.ofMillis(80), Duration.ofSeconds(2));
    }
}
