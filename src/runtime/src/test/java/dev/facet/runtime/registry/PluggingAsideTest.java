package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.RandomNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** While packs are prepared, everything else goes on. Where something waited for a preparation, these tests would hang. */
@Timeout(60)
class PluggingAsideTest {
    private static byte[] edges1;
    private static byte[] edges2;
    private static byte[] normals1;

    @TempDir
    Path folder;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Semaphore preparing = new Semaphore(0);
    private RegistryFixture fixture;
    private PackRegistry registry;

    @BeforeAll
    static void makePacks() {
        edges1 = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        edges2 = RegistryFixture.pack("edges@2", RandomNetworks.EDGES, 2);
        normals1 = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 3);
    }

    @BeforeEach
    void open() throws IOException {
        fixture = new RegistryFixture(folder);
        fixture.seed("edges.safetensors", edges1);
        registry = fixture.open();
        registry.started().join();
        fixture.plug("edges@2", edges2);
    }

    @AfterEach
    void close() throws IOException {
        release.countDown();
        RegistryFixture.engine().beforePreparing(pack -> {});
        clients.shutdownNow();
        fixture.close();
    }

    /** From here on preparations begin, and end only when they are released. */
    private void holdPreparations() {
        RegistryFixture.engine().beforePreparing(pack -> {
            preparing.release();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new EngineException("interrupted", e);
            }
        });
    }

    private Future<Plugged> plugging(String id, byte[] pack, PlugOptions options) {
        return clients.submit(() -> fixture.plug(id, pack, options));
    }

    private void awaitPreparations(int count) throws InterruptedException {
        assertThat(preparing.tryAcquire(count, 30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void everythingElseGoesOnWhileAPackIsPrepared() throws Exception {
        holdPreparations();
        Future<Plugged> plugging = plugging("normals@1", normals1, PlugOptions.DEFAULT);
        awaitPreparations(1);
        registry.activate(PackId.parse("edges@1"));
        registry.activate(PackId.parse("edges@2"));
        registry.setDefault("edges", "edges");
        assertThat(fixture.answer("edges@1")).isNotEmpty();
        registry.remove(PackId.parse("edges@2"));
        assertThat(registry.packs()).hasSize(1);
        assertThat(fixture.plug("edges@1", edges1).created()).isFalse();
        assertThat(plugging.isDone()).isFalse();
        release.countDown();
        assertThat(plugging.get().created()).isTrue();
        assertThat(fixture.answer("normals@1")).isNotEmpty();
    }

    @Test
    void twoPacksArePreparedAtATimeAndTheThirdWaits() throws Exception {
        byte[] normals2 = RegistryFixture.pack("normals@2", RandomNetworks.NORMALS, 4);
        byte[] normals3 = RegistryFixture.pack("normals@3", RandomNetworks.NORMALS, 5);
        holdPreparations();
        List<Future<Plugged>> plugging = List.of(
                plugging("normals@1", normals1, PlugOptions.DEFAULT),
                plugging("normals@2", normals2, PlugOptions.DEFAULT),
                plugging("normals@3", normals3, PlugOptions.DEFAULT));
        awaitPreparations(2);
        assertThat(preparing.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
        release.countDown();
        for (Future<Plugged> one : plugging) {
            assertThat(one.get().created()).isTrue();
        }
        assertThat(registry.versions("normals")).hasSize(3);
    }

    @Test
    void ofTwoUploadsToOneAddressOneWins() throws Exception {
        byte[] others = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 9);
        holdPreparations();
        List<Future<Plugged>> plugging = List.of(
                plugging("normals@1", normals1, PlugOptions.DEFAULT),
                plugging("normals@1", others, PlugOptions.DEFAULT));
        awaitPreparations(2);
        int before = RegistryFixture.engine().open();
        release.countDown();
        AtomicInteger conflicts = new AtomicInteger();
        List<String> digests = new ArrayList<>();
        for (Future<Plugged> one : plugging) {
            try {
                Plugged plugged = one.get();
                assertThat(plugged.created()).isTrue();
                digests.add(plugged.pack().digest());
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                PackConflictException.class,
                                conflict -> assertThat(conflict.conflict())
                                        .isEqualTo(PackConflictException.Conflict.VERSION_EXISTS));
                conflicts.incrementAndGet();
            }
        }
        assertThat(conflicts).hasValue(1);
        assertThat(digests)
                .containsExactly(registry.pack(PackId.parse("normals@1")).digest());
        assertThat(RegistryFixture.engine().open()).isEqualTo(before + 1);
        registry = fixture.open();
        assertThat(fixture.answer("normals@1")).isNotEmpty();
    }

    @Test
    void theSameUploadTwiceAtATimeIsCreatedOnce() throws Exception {
        holdPreparations();
        PlugOptions createOnly =
                new PlugOptions(Activation.IF_NEW, Plan.FACTORED, true, Optional.empty(), Optional.empty());
        Future<Plugged> first = plugging("normals@1", normals1, PlugOptions.DEFAULT);
        Future<Plugged> second = plugging("normals@1", normals1, PlugOptions.DEFAULT);
        awaitPreparations(2);
        Future<Plugged> third = plugging("normals@1", normals1, createOnly);
        release.countDown();
        assertThat(List.of(first.get().created(), second.get().created())).containsExactlyInAnyOrder(true, false);
        assertThatThrownBy(third::get).hasCauseInstanceOf(PackConflictException.class);
    }

    @Test
    void whetherThereIsRoomIsCheckedAgainAtTheCommit() throws Exception {
        // One more fits when both begin.
        fixture.set(RegistrySettings.of(new RegistryLimits(3, 1 << 30, 1e-3)));
        registry = fixture.open();
        registry.started().join();
        byte[] normals2 = RegistryFixture.pack("normals@2", RandomNetworks.NORMALS, 4);
        holdPreparations();
        List<Future<Plugged>> plugging = List.of(
                plugging("normals@1", normals1, PlugOptions.DEFAULT),
                plugging("normals@2", normals2, PlugOptions.DEFAULT));
        awaitPreparations(2);
        release.countDown();
        int refused = 0;
        for (Future<Plugged> one : plugging) {
            try {
                one.get();
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                PackConflictException.class,
                                conflict -> assertThat(conflict.conflict())
                                        .isEqualTo(PackConflictException.Conflict.TOO_MANY_PACKS));
                refused++;
            }
        }
        assertThat(refused).isEqualTo(1);
        assertThat(registry.packs()).hasSize(3);
    }

    @Test
    void uploadsBeyondTheQueueAreTurnedAway() throws Exception {
        PreparationQueue queue = new PreparationQueue(1, 1);
        PreparationQueue.Turn running = queue.enter();
        Future<PreparationQueue.Turn> waiting = clients.submit(queue::enter);
        while (!queue.isFull()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(queue::enter).isInstanceOf(TooManyUploadsException.class);
        running.close();
        waiting.get().close();
        queue.enter().close();
    }

    @Test
    void anEngineThatFailsIsNotThePacksFault() {
        RegistryFixture.engine().beforePreparing(pack -> {
            throw new EngineException("no memory");
        });
        assertThatThrownBy(() -> fixture.plug("normals@1", normals1))
                .isInstanceOf(PackUnavailableException.class)
                .hasMessageContaining("no memory");
        assertThat(registry.packs()).hasSize(2);
    }
}
