package dev.facet.runtime.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.image.Frame;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Stage;
import dev.facet.runtime.engine.Engine;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.Features;
import dev.facet.runtime.engine.NetworkInput;
import dev.facet.runtime.engine.Prefix;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeatureCacheTest {
    private static final Prefix PREFIX = new Prefix(Architecture.RESNET18, 16, Stage.LAYER2);
    private static final long BYTES = PREFIX.featureBytes(32, 32);

    private static Engine engine;
    private static ExecutorService clients;

    private final AtomicInteger computed = new AtomicInteger();
    private final Cancellation wanted = Cancellation.withoutDeadline();

    @BeforeAll
    static void open() {
        FilterBank bank = RandomNetworks.bank(81);
        engine = OrtEngine.open(bank, EngineOptions.cpu(1));
        clients = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void close() {
        clients.shutdownNow();
        engine.close();
    }

    private static FeatureKey key(String digest) {
        return new FeatureKey(digest, Frame.identity(32, 32), PREFIX);
    }

    private Features compute(Cancellation cancellation) {
        computed.incrementAndGet();
        return engine.features(PREFIX, NetworkInput.of(RandomNetworks.image(32, 32, 1), 32, 32), cancellation);
    }

    @Test
    void featuresTakeAsManyBytesAsWasReckoned() {
        try (Features features = compute(wanted)) {
            assertThat(features.sizeBytes()).isEqualTo(BYTES);
        }
    }

    @Test
    void whatIsHeldOrKeptIsNotComputedAgain() {
        try (FeatureCache cache = new FeatureCache(BYTES)) {
            FeatureCache.Hold first = cache.acquire(key("a"), wanted, this::compute);
            FeatureCache.Hold second = cache.acquire(key("a"), wanted, this::compute);
            assertThat(first.isShared()).isFalse();
            assertThat(second.isShared()).isTrue();
            assertThat(second.features()).isSameAs(first.features());
            first.close();
            first.close();
            assertThat(cache.idleBytes()).isZero();
            second.close();
            assertThat(cache.idleBytes()).isEqualTo(BYTES);
            cache.acquire(key("a"), wanted, this::compute).close();
            assertThat(computed).hasValue(1);
        }
    }

    @Test
    void keepsTheOnesUsedLastUpToItsBytes() {
        try (FeatureCache cache = new FeatureCache(2 * BYTES)) {
            for (String digest : List.of("a", "b", "a", "c")) {
                cache.acquire(key(digest), wanted, this::compute).close();
            }
            assertThat(cache.idleBytes()).isEqualTo(2 * BYTES);
            assertThat(cache.acquireReady(key("b"))).isEmpty();
            cache.acquireReady(key("a")).orElseThrow().close();
            cache.acquireReady(key("c")).orElseThrow().close();
            assertThat(computed).hasValue(3);
        }
    }

    @Test
    void withoutBytesOnlyWhatIsInWorkIsShared() {
        try (FeatureCache cache = new FeatureCache(0)) {
            cache.acquire(key("a"), wanted, this::compute).close();
            cache.acquire(key("a"), wanted, this::compute).close();
            assertThat(computed).hasValue(2);
            assertThat(cache.idleBytes()).isZero();
        }
    }

    @Test
    void whoeverHadItComputedMayLeaveAndTheOthersGetIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Cancellation leaving = Cancellation.withoutDeadline();
        try (FeatureCache cache = new FeatureCache(BYTES)) {
            Future<?> first = clients.submit(() -> cache.acquire(key("a"), leaving, cancellation -> {
                begun.countDown();
                await(release);
                return compute(cancellation);
            }));
            begun.await();
            List<Future<FeatureCache.Hold>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(clients.submit(() -> cache.acquire(key("a"), wanted, this::compute)));
            }
            // One that gave up while it waited changes nothing for the others either.
            Cancellation impatient = Cancellation.withoutDeadline();
            Future<?> gaveUp = clients.submit(() -> cache.acquire(key("a"), impatient, this::compute));
            Thread.sleep(20);
            impatient.cancel();
            assertThatThrownBy(gaveUp::get).hasCauseInstanceOf(CancelledException.class);
            leaving.cancel();
            release.countDown();
            assertThatThrownBy(first::get).hasCauseInstanceOf(CancelledException.class);
            for (Future<FeatureCache.Hold> other : others) {
                assertThat(other.get().isShared()).isTrue();
                assertThat(other.get().features().sizeBytes()).isEqualTo(BYTES);
                other.get().close();
            }
            assertThat(computed).hasValue(1);
        }
    }

    @Test
    void theComputationEndsWhenNobodyWantsItAnyMore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Cancellation leaving = Cancellation.withoutDeadline();
        try (FeatureCache cache = new FeatureCache(BYTES)) {
            Future<?> only = clients.submit(() -> cache.acquire(key("a"), leaving, cancellation -> {
                begun.countDown();
                while (true) {
                    cancellation.check();
                    Thread.onSpinWait();
                }
            }));
            begun.await();
            leaving.cancel();
            assertThatThrownBy(only::get).hasCauseInstanceOf(CancelledException.class);
            cache.acquire(key("a"), wanted, this::compute).close();
            assertThat(computed).hasValue(1);
        }
    }

    @Test
    void aFailureIsToldToThoseWhoWaitAndForgotten() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (FeatureCache cache = new FeatureCache(BYTES)) {
            Future<?> first = clients.submit(() -> cache.acquire(key("a"), wanted, cancellation -> {
                begun.countDown();
                await(release);
                throw new IllegalStateException("no features today");
            }));
            begun.await();
            Future<?> second = clients.submit(() -> cache.acquire(key("a"), wanted, this::compute));
            Thread.sleep(20);
            release.countDown();
            for (Future<?> each : List.of(first, second)) {
                assertThatThrownBy(each::get).rootCause().hasMessage("no features today");
            }
            cache.acquire(key("a"), wanted, this::compute).close();
            assertThat(cache.idleBytes()).isEqualTo(BYTES);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
