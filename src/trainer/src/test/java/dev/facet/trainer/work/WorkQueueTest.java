package dev.facet.trainer.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    @Test
    void resultsComeInTheOrderOfTheWork() throws Exception {
        try (WorkQueue<Integer> queue = new WorkQueue<>("numbers", 2)) {
            CountDownLatch second = new CountDownLatch(1);
            queue.submit(() -> {
                second.await();
                return 1;
            });
            queue.submit(() -> {
                second.countDown();
                return 2;
            });
            assertThat(queue.size()).isEqualTo(2);
            assertThat(queue.take()).isEqualTo(1);
            assertThat(queue.take()).isEqualTo(2);
            assertThat(queue.size()).isZero();
        }
    }

    @Test
    void aFailureIsThrownWhereItsResultIsTaken() throws Exception {
        try (WorkQueue<Integer> queue = new WorkQueue<>("numbers", 1)) {
            IllegalArgumentException wrong = new IllegalArgumentException("wrong");
            queue.submit(() -> {
                throw wrong;
            });
            queue.submit(() -> {
                throw new IOException("gone");
            });
            queue.submit(() -> 3);
            assertThatThrownBy(queue::take).isSameAs(wrong);
            assertThatThrownBy(queue::take)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("numbers failed: gone");
            assertThat(queue.take()).isEqualTo(3);
        }
    }

    @Test
    void nothingIsLeftOfWhatWasCancelled() throws Exception {
        try (WorkQueue<Integer> queue = new WorkQueue<>("numbers", 1)) {
            CountDownLatch go = new CountDownLatch(1);
            queue.submit(() -> {
                go.await();
                return 1;
            });
            queue.submit(() -> 2);
            queue.cancel();
            queue.submit(() -> 3);
            go.countDown();
            assertThat(queue.take()).isEqualTo(3);
        }
    }
}
