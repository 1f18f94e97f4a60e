package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.schedule.Allowance;
import dev.facet.runtime.schedule.Reservation;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.Work;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * Answers requests, from what was sent to encoded answers. The order is that of this class: the packs are leased and what was sent is
 * looked at, what it will cost is taken from the client's allowance, the scheduler admits the request by that cost, and it is answered as an {@link ImageQuestion} or a {@link
 * TensorQuestion} says. Thread-safe; nothing here blocks.
 *
 * <p>The deadline bounds the answer whatever stage is at work: the result fails when it passes, and the work ends at its next step.
 */
public final class PredictionService {
    /** Cost of a request that is refused before what it sent was looked at. */
    private static final long USUAL_PIXELS = 512 * 512;

    private final PackRegistry registry;
    private final Scheduler scheduler;
    private final AnswerTools tools;
    private final RequestThreads threads;

    /** All arguments stay the caller's. */
    public PredictionService(
            PackRegistry registry,
            Engine engine,
            Scheduler scheduler,
            FeatureBatches batches,
            InputBuffers buffers,
            FeatureCache features,
            PredictionLimits limits,
            RequestThreads threads) {
        this.registry = registry;
        this.scheduler = scheduler;
        this.tools = new AnswerTools(engine, batches, buffers, features, limits, threads.packs());
        this.threads = threads;
    }

    /**
     * Answers an image.
     *
     * @return the answers, which the caller closes; or the failure that all of them share: a bad image, a full queue, a deadline
     */
    public CompletionStage<PredictionResult> predict(PredictionRequest request) {
        return submit(new ImageQuestion(request, tools));
    }

    /**
     * Answers a tensor.
     *
     * @return the one answer, which the caller closes; or why there is none: a tensor above the limits, a full queue, a deadline
     */
    public CompletionStage<PredictionResult> answer(TensorRequest request) {
        return submit(new TensorQuestion(request, tools));
    }

    /**
     * Does what a transport has to do before it knows what is asked, on the threads that look at requests: reading a long document,
     * for example.
     *
     * @return what it gives, or its failure; a full queue where too many requests wait to be looked at
     */
    public <T> CompletionStage<T> read(Supplier<T> reading) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            threads.admit(() -> {
                try {
                    result.complete(reading.get());
                } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(scheduler.queueFull(USUAL_PIXELS));
        }
        return result;
    }

    private CompletionStage<PredictionResult> submit(Question question) {
        CompletableFuture<PredictionResult> result = new CompletableFuture<>();
        threads.boundByDeadline(question.cancellation(), result);
        try {
            threads.admit(() -> admit(question, result));
        } catch (RejectedExecutionException e) {
            fail(question, result, scheduler.queueFull(USUAL_PIXELS));
        }
        return result;
    }

    private void admit(Question question, CompletableFuture<PredictionResult> result) {
        try (RequestListener.Visit visit = question.listener().enter()) {
            admitMarked(question, result);
        }
    }

    private void admitMarked(Question question, CompletableFuture<PredictionResult> result) {
        long arrived = System.nanoTime();
        Cancellation cancellation = question.cancellation();
        LeasedPacks packs = LeasedPacks.of(question.packs(), registry);
        question.listener().leased(packs.descriptions());
        try {
            cancellation.check();
            if (packs.leases().isEmpty()) {
                question.close();
                result.complete(new PredictionResult(packs.failures(), Reservation.NONE));
                return;
            }
            RequestCost cost = question.look(packs);
            Allowance allowance = question.client().allowance();
            allowance.take(cost.pixels());
            try {
                scheduler.submit(new Work(
                        question.client().name(),
                        question.priority(),
                        cost.pixels(),
                        cost.memoryBytes(),
                        cancellation,
                        memory -> work(question, packs, memory, arrived, result),
                        refusal -> {
                            allowance.giveBack(cost.pixels());
                            packs.close();
                            fail(question, result, refusal);
                        }));
            } catch (RuntimeException | Error e) {
                allowance.giveBack(cost.pixels());
                throw e;
            }
        } catch (RuntimeException | Error e) {
            packs.close();
            fail(question, result, e);
        }
    }

    private static void fail(Question question, CompletableFuture<PredictionResult> result, Throwable reason) {
        question.close();
        result.completeExceptionally(reason);
    }

    /** Does the work, and returns what completes the result. */
    private static Runnable work(
            Question question,
            LeasedPacks packs,
            Reservation memory,
            long arrived,
            CompletableFuture<PredictionResult> result) {
        long begin = System.nanoTime();
        RequestListener listener = question.listener();
        listener.ended(RequestStage.QUEUE, arrived, begin);
        try (packs;
                RequestListener.Visit visit = listener.enter()) {
            PredictionResult answered = new PredictionResult(question.answer(packs, begin - arrived), memory);
            memory.shrinkTo(heldBytes(answered.responses()));
            return () -> {
                try (RequestListener.Visit handing = listener.enter()) {
                    if (!result.complete(answered)) {
                        answered.close();
                    }
                }
            };
        } catch (RuntimeException | Error e) {
            memory.close();
            return () -> {
                try (RequestListener.Visit handing = listener.enter()) {
                    fail(question, result, e);
                }
            };
        }
    }

    private static long heldBytes(List<PredictionResponse> responses) {
        return responses.stream()
                .mapToLong(response -> response instanceof PredictionResponse.Success success
                        ? success.encoded().content().heldBytes()
                        : 0)
                .sum();
    }
}
