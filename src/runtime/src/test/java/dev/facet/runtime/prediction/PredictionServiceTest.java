package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.encoding.AnswerForm;
import dev.facet.core.encoding.EncodingOptions;
import dev.facet.core.encoding.Representation;
import dev.facet.core.image.ImageException;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Resolution;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackWriter;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.registry.PackDescription;
import dev.facet.runtime.registry.PackId;
import dev.facet.runtime.registry.PackRegistry;
import dev.facet.runtime.registry.PackStore;
import dev.facet.runtime.registry.Packs;
import dev.facet.runtime.registry.RegistryLimits;
import dev.facet.runtime.registry.RegistryListener;
import dev.facet.runtime.registry.RegistrySettings;
import dev.facet.runtime.registry.Route;
import dev.facet.runtime.registry.UnknownPackException;
import dev.facet.runtime.schedule.Allowance;
import dev.facet.runtime.schedule.Client;
import dev.facet.runtime.schedule.EngineTurns;
import dev.facet.runtime.schedule.MemoryBudget;
import dev.facet.runtime.schedule.QueueFullException;
import dev.facet.runtime.schedule.QuotaExceededException;
import dev.facet.runtime.schedule.Scheduler;
import dev.facet.runtime.schedule.SchedulerLimits;
import dev.facet.runtime.schedule.TooMuchMemoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PredictionServiceTest {
    private static final byte[] IMAGE = png(40, 60);
    private static final PackSelector EDGES = new PackSelector.OfKind("edges", Route.random());
    private static final PackSelector NORMALS = new PackSelector.OfKind("normals", Route.random());
    private static final PackSelector NOTHING = new PackSelector.OfKind("saliency", Route.random());

    @TempDir
    static Path folder;

    private static Engine engine;
    private static PackStore store;
    private static PackRegistry registry;

    private final MemoryBudget memory = new MemoryBudget(64 << 20, 16 << 20);
    private final FeatureCache features = new FeatureCache(1 << 20);
    private final RequestThreads threads = new RequestThreads(2, 3, 2);
    private final Scheduler scheduler =
            new Scheduler(new SchedulerLimits(3, Duration.ofMinutes(1), 0), memory, threads.work());
    private final PredictionService service = service(scheduler, PredictionLimits.DEFAULT);
    private final AtomicInteger open = new AtomicInteger();

    @BeforeAll
    static void openRegistry() throws IOException {
        engine = OrtEngine.open(RandomNetworks.bank(71), EngineOptions.cpu(1));
        Files.createDirectories(folder.resolve("models"));
        write(new PackId("edges", "1"), RandomNetworks.EDGES, 1);
        write(new PackId("normals", "1"), RandomNetworks.NORMALS, 2);
        store = PackStore.open(folder.resolve("models"), folder.resolve("bank"), folder.resolve("data"));
        RegistryLimits limits = new RegistryLimits(9, 1 << 30, 1e-3);
        registry = PackRegistry.open(engine, store, RegistrySettings.of(limits), new RegistryListener() {});
    }

    private static void write(PackId id, dev.facet.core.task.TaskKind task, long seed) throws IOException {
        Path file = folder.resolve("models").resolve(id.name() + ".safetensors");
        Files.write(file, PackWriter.toBytes(Packs.pack(engine, id, task, seed)));
    }

    @AfterAll
    static void closeRegistry() throws IOException {
        registry.close();
        store.close();
        engine.close();
    }

    private PredictionService service(Scheduler queue, PredictionLimits limits) {
        return service(queue, limits, features);
    }

    private PredictionService service(Scheduler queue, PredictionLimits limits, FeatureCache cache) {
        InputBuffers buffers = new InputBuffers(1 << 20);
        FeatureBatches batches = new FeatureBatches(engine, new EngineTurns(1), buffers, 1);
        return new PredictionService(registry, engine, queue, batches, buffers, cache, limits, threads);
    }

    private static byte[] png(int height, int width) {
        byte[] rgb = new byte[height * width * 3];
        new SplittableRandom(height).nextBytes(rgb);
        return PngWriter.rgb8(height, width, rgb, Map.of());
    }

    /** An image whose file is there at once. */
    private final class Sent implements EncodedImage {
        private final byte[] file;
        private boolean closed;

        Sent(byte[] file) {
            this.file = file;
            open.incrementAndGet();
        }

        @Override
        public byte[] read() {
            return file;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    private PredictionRequest request(byte[] file, Cancellation cancellation, PackSelector... packs) {
        AnswerForm form = new AnswerForm(Representation.PNG, EncodingOptions.DEFAULT, false);
        return new PredictionRequest(
                new Sent(file), List.of(packs), form, Resolution.USUAL, Client.of("client"), 0, cancellation);
    }

    private CompletableFuture<PredictionResult> predict(byte[] file, Cancellation cancellation, PackSelector... packs) {
        return service.predict(request(file, cancellation, packs)).toCompletableFuture();
    }

    private void assertNothingIsHeld() throws InterruptedException {
        while (memory.heldBytes() > 0 || scheduler.underWay() > 0 || open.get() > 0) {
            Thread.sleep(1);
        }
    }

    @Test
    void tellsAListenerWhatHappensOnThreadsThatItMarked() {
        Set<Thread> marked = ConcurrentHashMap.newKeySet();
        Map<String, Integer> stages = new ConcurrentHashMap<>();
        List<List<Optional<PackDescription>>> held = new CopyOnWriteArrayList<>();
        RequestListener listener = new RequestListener() {
            @Override
            public Visit enter() {
                boolean isNew = marked.add(Thread.currentThread());
                return () -> {
                    if (isNew) {
                        marked.remove(Thread.currentThread());
                    }
                };
            }

            @Override
            public void leased(List<Optional<PackDescription>> packs) {
                assertMarked();
                held.add(packs);
            }

            @Override
            public void ended(RequestStage stage, long begin, long end) {
                if (stage != RequestStage.QUEUE) {
                    assertMarked();
                }
                note(stage, "all", begin, end);
            }

            @Override
            public void ended(RequestStage stage, PackManifest pack, long begin, long end) {
                assertMarked();
                note(stage, pack.name(), begin, end);
            }

            private void assertMarked() {
                if (!marked.contains(Thread.currentThread())) {
                    stages.put("unmarked " + Thread.currentThread().getName(), 1);
                }
            }

            private void note(RequestStage stage, String pack, long begin, long end) {
                stages.merge(end < begin ? "backwards" : stage.label() + " " + pack, 1, Integer::sum);
            }
        };
        AnswerForm form = new AnswerForm(Representation.PNG, EncodingOptions.DEFAULT, false);
        PredictionRequest request = new PredictionRequest(
                new Sent(png(44, 60)),
                List.of(EDGES, NOTHING, NORMALS),
                form,
                Resolution.USUAL,
                Client.of("client"),
                0,
                Cancellation.after(Duration.ofMinutes(1)),
                listener);
        try (PredictionResult result =
                service.predict(request).toCompletableFuture().join()) {
            assertThat(result.responses()).hasSize(3);
        }

        assertThat(held).hasSize(1);
        assertThat(held.get(0).stream().map(pack -> pack.map(known -> known.id().toString())))
                .containsExactly(Optional.of("edges@1"), Optional.empty(), Optional.of("normals@1"));
        assertThat(held.get(0).get(0).orElseThrow().digest()).hasSize(64);
        assertThat(stages)
                .containsEntry("queue all", 1)
                .containsEntry("decode all", 1)
                .containsEntry("compute edges", 1)
                .containsEntry("compute normals", 1)
                .containsEntry("encode edges", 1)
                .containsEntry("encode normals", 1);
        assertThat(stages.keySet()).noneMatch(stage -> stage.startsWith("unmarked") || stage.equals("backwards"));
        assertThat(stages.keySet()).anyMatch(stage -> stage.startsWith("input "));
    }

    @Test
    void oneTaskIsTheCaseOfSeveralWithOne() throws Exception {
        byte[] alone;
        try (PredictionResult one =
                predict(IMAGE, Cancellation.withoutDeadline(), EDGES).join()) {
            alone = bytes(one.responses().get(0));
        }
        try (PredictionResult several = predict(IMAGE, Cancellation.withoutDeadline(), NORMALS, NOTHING, EDGES)
                .join()) {
            assertThat(several.responses()).hasSize(3);
            assertThat(((PredictionResponse.Success) several.responses().get(0)).kind())
                    .isEqualTo("normals");
            assertThat(((PredictionResponse.Failure) several.responses().get(1)).reason())
                    .isInstanceOf(UnknownPackException.class);
            assertThat(bytes(several.responses().get(2))).isEqualTo(alone);
            assertThat(memory.heldBytes()).isPositive();
        }
        assertNothingIsHeld();
    }

    private static byte[] bytes(PredictionResponse response) {
        return ((PredictionResponse.Success) response).encoded().content().toBytes();
    }

    @Test
    void packsAndRequestsForOneImageShareItsFeaturesAndGiveTheSameBits() {
        byte[] image = png(50, 70);
        PredictionService apart = service(scheduler, PredictionLimits.DEFAULT, new FeatureCache(0));
        try (PredictionResult first = predict(image, Cancellation.withoutDeadline(), EDGES, NORMALS)
                        .join();
                PredictionResult second =
                        predict(image, Cancellation.withoutDeadline(), NORMALS).join();
                PredictionResult alone = apart.predict(request(image, Cancellation.withoutDeadline(), NORMALS))
                        .toCompletableFuture()
                        .join()) {
            PredictionResponse.Success edges = success(first, 0);
            PredictionResponse.Success normals = success(first, 1);
            PredictionResponse.Success again = success(second, 0);
            assertThat(edges.features()).isEqualTo(FeatureSource.COMPUTED);
            assertThat(normals.features()).isEqualTo(FeatureSource.SHARED);
            assertThat(again.features()).isEqualTo(FeatureSource.SHARED);
            assertThat(again.times().decode()).as("decoding again").isZero();
            assertThat(success(alone, 0).features()).isEqualTo(FeatureSource.COMPUTED);
            assertThat(bytes(again)).isEqualTo(bytes(normals)).isEqualTo(bytes(success(alone, 0)));
        }
    }

    private static PredictionResponse.Success success(PredictionResult result, int index) {
        return (PredictionResponse.Success) result.responses().get(index);
    }

    @Test
    void anOverlayOnSharedFeaturesStillShowsTheImage() {
        byte[] image = png(51, 71);
        AnswerForm overlay = new AnswerForm(
                Representation.PNG, new EncodingOptions(EncodingOptions.Render.OVERLAY, 0.5, 8, 0.5), false);
        List<byte[]> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            PredictionRequest request = new PredictionRequest(
                    new Sent(image),
                    List.of(EDGES),
                    overlay,
                    Resolution.USUAL,
                    Client.of("client"),
                    0,
                    Cancellation.withoutDeadline());
            try (PredictionResult result =
                    service.predict(request).toCompletableFuture().join()) {
                answers.add(bytes(success(result, 0)));
            }
        }
        assertThat(answers.get(1)).isEqualTo(answers.get(0));
    }

    @Test
    void aPackOfAnotherKindIsRefusedByName() {
        PackSelector wrong = PackSelector.Named.parse("normals@1", Optional.of("edges"), Route.random());
        try (PredictionResult result =
                predict(IMAGE, Cancellation.withoutDeadline(), wrong).join()) {
            assertThat(((PredictionResponse.Failure) result.responses().get(0)).reason())
                    .isInstanceOf(WrongKindException.class)
                    .hasMessageContaining("normals@1");
        }
    }

    @Test
    void aBadImageFailsTheRequestAndHoldsNothing() throws Exception {
        assertThatThrownBy(() -> predict(new byte[] {1, 2, 3}, Cancellation.withoutDeadline(), EDGES)
                        .join())
                .hasCauseInstanceOf(ImageException.class);
        byte[] truncated = java.util.Arrays.copyOf(IMAGE, IMAGE.length / 2);
        assertThatThrownBy(() -> predict(truncated, Cancellation.withoutDeadline(), EDGES)
                        .join())
                .hasCauseInstanceOf(ImageException.class);
        assertNothingIsHeld();
    }

    @Test
    void theAnswerComesInTimeWhateverStageIsAtWork() throws Exception {
        byte[] large = png(1500, 2000);
        for (int millis = 0; millis < 120; millis += 10) {
            Cancellation deadline = Cancellation.after(Duration.ofMillis(millis));
            long begin = System.nanoTime();
            try (PredictionResult result =
                    predict(large, deadline, EDGES, NORMALS).join()) {
                assertThat(result.responses()).allMatch(PredictionResponse.Success.class::isInstance);
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasCauseInstanceOf(DeadlineExceededException.class);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            }
        }
        assertNothingIsHeld();
    }

    @Test
    void nothingIsHeldForAClientThatLeft() throws Exception {
        List<CompletableFuture<PredictionResult>> results = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Cancellation cancellation = Cancellation.withoutDeadline();
            results.add(predict(png(1000, 1000), cancellation, EDGES, NORMALS));
            Thread.sleep(i * 7);
            cancellation.cancel();
        }
        for (CompletableFuture<PredictionResult> result : results) {
            try (PredictionResult answered = result.join()) {
                assertThat(answered.responses()).hasSize(2);
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasCauseInstanceOf(CancelledException.class);
            }
        }
        assertNothingIsHeld();
    }

    @Test
    void whatCannotBeHeldIsRefusedBeforeItIsDecoded() throws Exception {
        // 49 megapixels of one colour: some kilobytes of file, 147 MB of pixels.
        byte[] bomb = PngWriter.palette(7000, 7000, new byte[7000 * 7000], new int[] {0, 0xFFFFFF}, Map.of());
        assertThatThrownBy(() ->
                        predict(bomb, Cancellation.withoutDeadline(), EDGES).join())
                .hasCauseInstanceOf(TooMuchMemoryException.class);
        assertNothingIsHeld();
    }

    @Test
    void memoryLimitsHowManyLargeImagesAreUnderWay() throws Exception {
        byte[] large = png(1200, 1200);
        List<CompletableFuture<PredictionResult>> results = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            results.add(predict(large, Cancellation.withoutDeadline(), NORMALS));
        }
        for (CompletableFuture<PredictionResult> result : results) {
            assertThat(memory.heldBytes()).isLessThanOrEqualTo(memory.totalBytes());
            try (PredictionResult answered = result.join()) {
                assertThat(answered.responses().get(0)).isInstanceOf(PredictionResponse.Success.class);
            }
        }
        assertNothingIsHeld();
    }

    @Test
    void aFullQueueSaysWhenToComeAgain() throws Exception {
        Scheduler narrow = new Scheduler(new SchedulerLimits(1, Duration.ZERO, 0), memory, threads.work());
        PredictionService busy = service(narrow, PredictionLimits.DEFAULT);
        CountDownLatch refused = new CountDownLatch(1);
        List<CompletableFuture<PredictionResult>> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            results.add(busy.predict(request(IMAGE, Cancellation.withoutDeadline(), NORMALS))
                    .toCompletableFuture());
        }
        int answered = 0;
        for (CompletableFuture<PredictionResult> result : results) {
            try (PredictionResult each = result.join()) {
                answered++;
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                QueueFullException.class,
                                full -> assertThat(full.retryAfter()).isPositive());
                refused.countDown();
            }
        }
        assertThat(answered).isPositive();
        assertThat(refused.getCount()).isZero();
        assertNothingIsHeld();
    }

    @Test
    void whatARequestWillCostIsTakenFromItsClientAndGivenBackWhereItDoesNotRun() throws Exception {
        Quota quota = new Quota(1_000_000);
        try (PredictionResult result = predict(IMAGE, quota, service).join()) {
            assertThat(result.responses().get(0)).isInstanceOf(PredictionResponse.Success.class);
        }
        long cost = 1_000_000 - quota.left.get();
        assertThat(cost).isPositive();

        Quota little = new Quota(cost - 1);
        assertThatThrownBy(() -> predict(IMAGE, little, service).join())
                .hasCauseInstanceOf(QuotaExceededException.class);
        assertThat(little.left).hasValue(cost - 1);

        Quota refused = new Quota(100 * cost);
        Scheduler narrow = new Scheduler(new SchedulerLimits(1, Duration.ZERO, 0), memory, threads.work());
        PredictionService busy = service(narrow, PredictionLimits.DEFAULT);
        List<CompletableFuture<PredictionResult>> results = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            results.add(predict(IMAGE, refused, busy));
        }
        int answered = 0;
        for (CompletableFuture<PredictionResult> result : results) {
            try (PredictionResult each = result.join()) {
                answered++;
            } catch (java.util.concurrent.CompletionException e) {
                assertThat(e).hasCauseInstanceOf(QueueFullException.class);
            }
        }
        assertThat(answered).isBetween(1, 29);
        assertThat(refused.left).hasValue(100 * cost - answered * cost);
        assertNothingIsHeld();
    }

    private CompletableFuture<PredictionResult> predict(byte[] image, Allowance allowance, PredictionService service) {
        PredictionRequest request = new PredictionRequest(
                new Sent(image),
                List.of(NORMALS),
                AnswerForm.of(Representation.PNG),
                Resolution.USUAL,
                new Client("client", allowance),
                0,
                Cancellation.withoutDeadline());
        return service.predict(request).toCompletableFuture();
    }

    /** So many pixels, once. */
    private static final class Quota implements Allowance {
        private final AtomicLong left;

        Quota(long pixels) {
            this.left = new AtomicLong(pixels);
        }

        @Override
        public void take(long pixels) {
            if (left.addAndGet(-pixels) < 0) {
                left.addAndGet(pixels);
                throw new QuotaExceededException("quota is used up", 0, Optional.empty());
            }
        }

        @Override
        public void giveBack(long pixels) {
            left.addAndGet(pixels);
        }
    }
}
