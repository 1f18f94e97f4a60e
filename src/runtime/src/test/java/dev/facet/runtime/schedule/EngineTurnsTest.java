package dev.facet.runtime.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EngineTurnsTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private Future<?> waiting(EngineTurns turns, Cancellation cancellation) throws InterruptedException {
        Future<?> waiter = threads.submit(() -> turns.take(cancellation).close());
        while (turns.waiting() == 0) {
            Thread.sleep(1);
        }
        return waiter;
    }

    @Test
    void whoWaitsGetsTheTurnThatIsGivenBack() throws Exception {
        EngineTurns turns = new EngineTurns(1);
        EngineTurns.Turn first = turns.take(Cancellation.withoutDeadline());
        Future<?> second = waiting(turns, Cancellation.withoutDeadline());
        assertThat(second.isDone()).isFalse();
        first.close();
        second.get();
        turns.take(Cancellation.withoutDeadline()).close();
    }

    @Test
    void whoIsCancelledOrLateStopsWaitingAndTakesNoTurn() throws Exception {
        EngineTurns turns = new EngineTurns(1);
        try (EngineTurns.Turn taken = turns.take(Cancellation.withoutDeadline())) {
            Cancellation cancellation = Cancellation.withoutDeadline();
            Future<?> cancelled = waiting(turns, cancellation);
            cancellation.cancel();
            assertThatThrownBy(cancelled::get).hasCauseInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> turns.take(Cancellation.after(Duration.ofMillis(5))))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(turns.waiting()).isZero();
        }
        turns.take(Cancellation.withoutDeadline()).close();
    }

    @Test
    void asManyRunAsMay() {
        EngineTurns turns = new EngineTurns(2);
        EngineTurns.Turn first = turns.take(Cancellation.withoutDeadline());
        EngineTurns.Turn second = turns.take(Cancellation.withoutDeadline());
        assertThatThrownBy(() -> turns.take(Cancellation.after(Duration.ofMillis(5))))
                .isInstanceOf(DeadlineExceededException.class);
        first.close();
        second.close();
        assertThatThrownBy(() -> new EngineTurns(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTimeOfWhoHasATurnIsCountedAndNoOther() {
        EngineTurns turns = new EngineTurns(1);
        compute();
        assertThat(turns.cpuNanos()).isZero();
        try (EngineTurns.Turn turn = turns.take(Cancellation.withoutDeadline())) {
            compute();
        }
        assertThat(turns.cpuNanos()).isPositive();
    }

    private static void compute() {
        double sum = 0;
        for (int i = 1; i < 2_000_000; i++) {
            sum += Math.sqrt(i);
        }
        assertThat(sum).isPositive();
    }
}
