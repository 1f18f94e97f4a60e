package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.failure.Failures;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.schedule.EngineTurns;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs a prefix for several images at once, where several wait for the engine with inputs of one size. Nobody waits for a batch to
 * fill: who gets a turn takes along who waits by then. On a GPU a run for eight images takes less than eight runs; on the CPU it
 * doesn't, so there one image is the largest batch, and nothing waits for another's. Thread-safe.
 *
 * <p>Batches are padded to 2, 4, 8 … images, since cuDNN plans anew for each number. A run belongs to all who are in it: it ends early
 * only when none of them wants it any more, and its failure is told to each.
 */
public final class FeatureBatches {
    private final Engine engine;
    private final EngineTurns turns;
    private final InputBuffers buffers;
    private final int largest;
    private final Map<Size, Deque<Member>> waiting = new HashMap<>();

    /**
     * All arguments stay the caller's.
     *
     * @param turns taken for each run
     * @param buffers for the inputs of several images
     * @param largest images in a run at most; 1 for no batches
     */
    public FeatureBatches(Engine engine, EngineTurns turns, InputBuffers buffers, int largest) {
        if (largest < 1) {
            throw new IllegalArgumentException("batch: largest=%d, expected at least 1".formatted(largest));
        }
        this.engine = engine;
        this.turns = turns;
        this.buffers = buffers;
        this.largest = largest;
    }

    /** What images must have in common. */
    private record Size(Prefix prefix, int height, int width) {}

    /**
     * Features that were computed.
     *
     * @param features the caller's, to be closed
     * @param waitNanos how long the run was waited for
     */
    record Computed(Features features, long waitNanos) {}

    EngineTurns turns() {
        return turns;
    }

    /**
     * What batches hold of an image at most beside its own input and features, in multiples of these: a place in the batch's, and
     * another one that pads it.
     */
    int copies() {
        return largest == 1 ? 0 : 2;
    }

    /**
     * The features of one image.
     *
     * @param input stays as it is until this returns
     * @throws dev.facet.core.cancellation.CancelledException if it was cancelled
     * @throws dev.facet.core.cancellation.DeadlineExceededException if its deadline passed
     */
    Computed features(Prefix prefix, NetworkInput input, Cancellation cancellation) {
        long begin = System.nanoTime();
        if (largest == 1) {
            try (EngineTurns.Turn turn = turns.take(cancellation)) {
                long started = System.nanoTime();
                return new Computed(engine.features(prefix, input, cancellation), started - begin);
            }
        }
        long deadline = begin + cancellation.remainingNanos();
        Member member = join(new Size(prefix, input.height(), input.width()), input, Cancellation.at(deadline));
        try (Cancellation.Registration registration = cancellation.onCancel(member::leave)) {
            runAtItsTurn(member);
            Features features = member.await(cancellation);
            return new Computed(features, member.run.started - begin);
        } finally {
            member.leave();
        }
    }

    private void runAtItsTurn(Member member) {
        Run run = null;
        try (EngineTurns.Turn turn = turns.take(member.wait)) {
            run = begin(member);
            if (run != null) {
                run.compute();
            }
        } catch (CancelledException | DeadlineExceededException e) {
            // Another's run has its features, or nobody wants them any more: its result says which.
            if (!member.result.isDone()) {
                member.leave();
            }
        }
        if (run != null) {
            run.deliver();
        }
    }

    private synchronized Member join(Size size, NetworkInput input, Cancellation wait) {
        Member member = new Member(size, input, wait);
        waiting.computeIfAbsent(size, absent -> new ArrayDeque<>()).addLast(member);
        return member;
    }

    /** A run for those who wait with inputs of that size; null if the member is in one, or left. */
    private synchronized Run begin(Member member) {
        if (member.run != null || member.left) {
            return null;
        }
        Deque<Member> ready = waiting.get(member.size);
        // It is its turn, so it goes along whoever came before.
        ready.remove(member);
        List<Member> members = new ArrayList<>(List.of(member));
        while (members.size() < largest && !ready.isEmpty()) {
            members.add(ready.removeFirst());
        }
        if (ready.isEmpty()) {
            waiting.remove(member.size);
        }
        Run run = new Run(member.size, members);
        members.forEach(each -> each.run = run);
        return run;
    }

    /** One image that waits, is run, or was. What changes is guarded by the lock of all batches. */
    private final class Member {
        private final Size size;
        private final NetworkInput input;
        private final CompletableFuture<Features> result = new CompletableFuture<>();
        /** Ends the wait for a turn, when none is needed any more. */
        private final Cancellation wait;
        /** Null as long as it waits. */
        private Run run;

        private boolean left;
        private boolean handedOver;

        Member(Size size, NetworkInput input, Cancellation wait) {
            this.size = size;
            this.input = input;
            this.wait = wait;
        }

        /** It doesn't want its features any more, unless it has them. The others' run goes on. */
        private void leave() {
            Features unwanted = null;
            Run deserted = null;
            synchronized (FeatureBatches.this) {
                if (left || handedOver) {
                    return;
                }
                left = true;
                if (run == null) {
                    Deque<Member> ready = waiting.get(size);
                    ready.remove(this);
                    if (ready.isEmpty()) {
                        waiting.remove(size);
                    }
                } else if (--run.wanted == 0) {
                    deserted = run;
                }
                if (!result.completeExceptionally(new CancelledException()) && !result.isCompletedExceptionally()) {
                    unwanted = result.join();
                }
            }
            wait.cancel();
            if (deserted != null) {
                deserted.cancellation.cancel();
            }
            if (unwanted != null) {
                unwanted.close();
            }
        }

        private void complete(Features features) {
            boolean wanted;
            synchronized (FeatureBatches.this) {
                wanted = !left;
                if (wanted) {
                    result.complete(features);
                }
            }
            if (!wanted) {
                features.close();
            }
            wait.cancel();
        }

        private void fail(Throwable failure) {
            result.completeExceptionally(failure);
            wait.cancel();
        }

        private Features await(Cancellation cancellation) {
            try {
                Features features = result.get(Math.max(1, cancellation.remainingNanos()), TimeUnit.NANOSECONDS);
                synchronized (FeatureBatches.this) {
                    if (!left) {
                        handedOver = true;
                        return features;
                    }
                }
                cancellation.check();
                throw new CancelledException();
            } catch (TimeoutException e) {
                cancellation.check();
                throw new IllegalStateException("features were not waited for without a reason (bug)", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException();
            } catch (ExecutionException e) {
                cancellation.check();
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new IllegalStateException("features failed: " + Failures.describe(e.getCause()), e);
            }
        }
    }

    /** A run for some images. It is carried out by the thread whose turn it was. */
    private final class Run {
        private final Size size;
        private final List<Member> members;
        private final Cancellation cancellation = Cancellation.withoutDeadline();
        private final long started = System.nanoTime();
        private int wanted;
        private Features features;
        private Throwable failure;

        Run(Size size, List<Member> members) {
            this.size = size;
            this.members = members;
            this.wanted = members.size();
        }

        /** In a turn. */
        private void compute() {
            try {
                features = members.size() == 1
                        ? engine.features(size.prefix(), members.get(0).input, cancellation)
                        : computeTogether();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }

        private Features computeTogether() {
            int batch = padded(members.size());
            FloatBuffer all = buffers.take(Math.multiplyExact(batch, size.height()), size.width());
            try {
                // Of a member that leaves meanwhile the buffer may be written by another: then nobody wants what comes
                // of it.
                members.forEach(member -> all.put(member.input.nchw().duplicate()));
                while (all.hasRemaining()) {
                    all.put(0);
                }
                all.flip();
                NetworkInput input = new NetworkInput(all, batch, size.height(), size.width());
                return engine.features(size.prefix(), input, cancellation);
            } finally {
                buffers.giveBack(all);
            }
        }

        /** The next power of two, as far as the largest batch allows. */
        private int padded(int images) {
            return Math.min(largest, images == 1 ? 1 : Integer.highestOneBit(images - 1) << 1);
        }

        /** After the turn, since the engine isn't needed for it. */
        private void deliver() {
            if (failure == null && members.size() > 1) {
                try (Features all = features) {
                    List<Features> parts = engine.split(all, members.size());
                    for (int i = 0; i < parts.size(); i++) {
                        members.get(i).complete(parts.get(i));
                    }
                } catch (RuntimeException | Error e) {
                    failure = e;
                }
            } else if (failure == null) {
                members.get(0).complete(features);
            }
            if (failure != null) {
                members.forEach(member -> member.fail(failure));
            }
        }
    }
}
