package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SideBySideTest {
    private final SideBySide two = new SideBySide(1, Thread::new);

    @AfterEach
    void close() {
        two.close();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void twoPartsThatWaitForEachOtherMeet() {
        CyclicBarrier both = new CyclicBarrier(2);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Runnable part = () -> {
            threads.add(Thread.currentThread());
            await(both);
        };
        two.run(List.of(part, part));
        assertThat(threads).hasSize(2).contains(Thread.currentThread());
    }

    @Test
    void whereNoThreadIsFreeTheRequestsOwnDoesAllPartsInTheirOrder() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CyclicBarrier begun = new CyclicBarrier(3);
        Runnable waits = () -> {
            await(begun);
            try {
                busy.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        Thread other = new Thread(() -> two.run(List.of(waits, waits)));
        other.start();
        await(begun);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        List<Integer> done = new ArrayList<>();
        two.run(IntStream.range(0, 5)
                .<Runnable>mapToObj(part -> () -> {
                    threads.add(Thread.currentThread());
                    done.add(part);
                })
                .toList());
        assertThat(done).containsExactly(0, 1, 2, 3, 4);
        assertThat(threads).containsExactly(Thread.currentThread());
        busy.countDown();
        other.join();
    }

    @Test
    void aFailureEndsItWhenWhatIsUnderWayHasEnded() {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean third = new AtomicBoolean();
        IllegalStateException failure = new IllegalStateException("damaged");
        Runnable fails = () -> {
            await(both);
            throw failure;
        };
        Runnable goesOn = () -> {
            await(both);
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            ended.set(true);
        };
        Runnable waitsForThem = () -> third.set(ended.get());
        assertThatThrownBy(() -> two.run(List.of(fails, goesOn))).isSameAs(failure);
        assertThat(ended).isTrue();
        SideBySide alone = new SideBySide(0, Thread::new);
        assertThatThrownBy(() -> alone.run(List.of(
                        () -> {
                            throw failure;
                        },
                        waitsForThem)))
                .isSameAs(failure);
        assertThat(third).as("a part that hadn't begun").isFalse();
        alone.close();
    }
}
