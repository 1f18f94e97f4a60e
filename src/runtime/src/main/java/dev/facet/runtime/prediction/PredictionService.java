package dev.facet.runtime.prediction;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.digest.Sha256;
import dev.facet.core.encoding.Encoded;
import dev.facet.core.encoding.PredictionEncoder;
import dev.facet.core.image.Frame;
import dev.facet.core.image.ImageDecoder;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageHeader;
import dev.facet.core.image.Raster;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.registry.Lease;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.schedule.Reservation;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

/**
 * Answers requests, from an image's file to encoded predictions. The order is that of this class: the header is read and the packs
 * are leased, the scheduler admits the request by what it will cost; for each pack the features of the image are computed unless they are
 * there, for which the image is decoded, then the pack's own part runs, and the answer is encoded, for several packs side by side where
 * threads are free. Thread-safe; {@link #predict} never blocks.
 *
 * <p>The deadline bounds the answer whatever stage is at work: the result fails when it passes, and the work ends at its next step.
 */
public final class PredictionService {
    /** Cost of a request that is refused before its image was looked at. */
    private static final long USUAL_PIXELS = 512 * 512;

    private final PackRegistry registry;
    private final Engine engine;
    private final Scheduler scheduler;
    private final FeatureBatches batches;
    private final InputBuffers buffers;
    private final FeatureCache features;
    private final PredictionLimits limits;
    private final TiledResponses tiles;
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
        this.engine = engine;
        this.scheduler = scheduler;
        this.batches = batches;
        this.buffers = buffers;
        this.features = features;
        this.limits = limits;
        this.tiles = new TiledResponses(new TiledRun(engine, batches, buffers));
        this.threads = threads;
    }

    /**
     * Answers a request.
     *
     * @return the answers, which the caller closes; or the failure that all of them share: a bad image, a full queue, a deadline
     */
    public CompletionStage<PredictionResult> predict(PredictionRequest request) {
        CompletableFuture<PredictionResult> result = new CompletableFuture<>();
        threads.boundByDeadline(request.cancellation(), result);
        try {
            threads.admit(() -> admit(request, result));
        } catch (RejectedExecutionException e) {
            fail(request, result, scheduler.queueFull(USUAL_PIXELS));
        }
        return result;
    }

    private void admit(PredictionRequest request, CompletableFuture<PredictionResult> result) {
        long arrived = System.nanoTime();
        LeasedPacks packs = LeasedPacks.of(request.packs(), registry);
        try {
            request.cancellation().check();
            if (packs.leases().isEmpty()) {
                request.image().close();
                result.complete(new PredictionResult(packs.failures(), Reservation.NONE));
                return;
            }
            byte[] file = request.image().read();
            ImageHeader header = ImageHeader.read(file, limits.image());
            limits.check(header.height(), header.width(), request.resolution(), packs.inputPolicies());
            RequestCost cost = RequestCost.of(
                    engine, header, packs.leases(), request.form(), request.resolution(), batches.copies());
            scheduler.submit(new Work(
                    request.client(),
                    request.priority(),
                    cost.pixels(),
                    cost.memoryBytes(),
                    request.cancellation(),
                    memory -> work(request, header, file, packs, memory, System.nanoTime() - arrived, result),
                    refusal -> {
                        packs.close();
                        fail(request, result, refusal);
                    }));
        } catch (RuntimeException | Error e) {
            packs.close();
            fail(request, result, e);
        }
    }

    private static void fail(PredictionRequest request, CompletableFuture<PredictionResult> result, Throwable reason) {
        request.image().close();
        result.completeExceptionally(reason);
    }

    /** Does the work, and returns what completes the result. */
    private Runnable work(
            PredictionRequest request,
            ImageHeader header,
            byte[] file,
            LeasedPacks packs,
            Reservation memory,
            long queueNanos,
            CompletableFuture<PredictionResult> result) {
        try (packs) {
            PredictionResult answered = new PredictionResult(answer(request, header, file, packs, queueNanos), memory);
            memory.shrinkTo(heldBytes(answered.responses()));
            return () -> {
                if (!result.complete(answered)) {
                    answered.close();
                }
            };
        } catch (RuntimeException | Error e) {
            memory.close();
            return () -> fail(request, result, e);
        }
    }

    private List<PredictionResponse> answer(
            PredictionRequest request, ImageHeader header, byte[] file, LeasedPacks packs, long queueNanos) {
        SourceImage image = new SourceImage(header.height(), header.width(), digest(request, file), cancellation -> {
            Raster raster = ImageDecoder.read(file, limits.image(), cancellation);
            request.image().close();
            return raster;
        });
        try {
            List<Integer> order = shallowFirst(packs.entries());
            return request.resolution().tiling().isPresent()
                    ? tiles.answer(request, packs.entries(), order, image, queueNanos)
                    : answerWhole(request, packs.entries(), order, image, queueNanos);
        } finally {
            request.image().close();
        }
    }

    private List<PredictionResponse> answerWhole(
            PredictionRequest request,
            List<LeasedPacks.Entry> packs,
            List<Integer> order,
            SourceImage image,
            long queueNanos) {
        PredictionResponse[] responses = new PredictionResponse[packs.size()];
        try (NetworkInputs inputs = new NetworkInputs(image, engine, batches, buffers, features)) {
            List<Runnable> parts = new ArrayList<>();
            for (int index : order) {
                LeasedPacks.Entry pack = packs.get(index);
                if (pack.lease() == null) {
                    responses[index] = pack.failed();
                } else {
                    parts.add(() -> responses[index] = answer(request, pack, image, inputs, queueNanos));
                    if (order.size() > 1) {
                        prepare(request, pack.lease(), inputs);
                    }
                }
            }
            threads.packs().run(parts);
        }
        return List.of(responses);
    }

    /** Features first, for all packs at once; where that fails, the packs that take them say why. */
    private static void prepare(PredictionRequest request, Lease lease, NetworkInputs inputs) {
        try {
            inputs.prepare(lease, inputs.frame(lease), request.cancellation());
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            request.cancellation().check();
        }
    }

    /** By which requests share features; empty where they don't. */
    private Optional<String> digest(PredictionRequest request, byte[] file) {
        return features.keptBytes() == 0 || request.resolution().tiling().isPresent()
                ? Optional.empty()
                : Optional.of(Sha256.hex(file));
    }

    /** Positions of the packs, so that a deeper prefix extends the features of a shallower one. */
    private static List<Integer> shallowFirst(List<LeasedPacks.Entry> packs) {
        return IntStream.range(0, packs.size())
                .boxed()
                .sorted(Comparator.comparing(index -> packs.get(index).lease() == null
                        ? Stage.CONV1
                        : packs.get(index).lease().prefix().end()))
                .toList();
    }

    /** One pack's answer; its failure is no other's, unless nobody waits any more or the image is damaged. */
    private PredictionResponse answer(
            PredictionRequest request,
            LeasedPacks.Entry pack,
            SourceImage image,
            NetworkInputs inputs,
            long queueNanos) {
        Cancellation cancellation = request.cancellation();
        Lease lease = pack.lease();
        try {
            Frame frame = inputs.frame(lease);
            // A cold pack is opened before the engine is waited for, so that it keeps nobody else waiting.
            lease.open(cancellation);
            PackAnswer answer = inputs.run(lease, frame, cancellation);
            boolean isShown = PredictionEncoder.needsImage(request.form());
            if (isShown) {
                image.raster(cancellation);
            }
            long begin = System.nanoTime();
            Frame answered = request.resolution().answer(frame);
            Raster shown = isShown ? image.shown(answered.imageHeight(), answered.imageWidth(), cancellation) : null;
            Encoded encoded = PredictionEncoder.encode(
                    lease.manifest().task(), answer.output(), answered, request.form(), shown, cancellation);
            StageTimes times = new StageTimes(
                    image.decodeNanos(),
                    answer.input(),
                    queueNanos + answer.queue(),
                    answer.prefix(),
                    answer.compute(),
                    System.nanoTime() - begin);
            return pack.answered(encoded, answer.features(), times);
        } catch (ImageException e) {
            throw e;
        } catch (RuntimeException e) {
            cancellation.check();
            return pack.failed(e);
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
