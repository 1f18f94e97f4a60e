package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.cancellation.CancelledException;
import dev.facet.core.cancellation.DeadlineExceededException;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.EngineException;
import dev.facet.runtime.engine.RandomNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Packs that are stored and not in memory: opened by their first run, closed for others, and opened again. */
@Timeout(120)
class ColdPacksTest {
    private static byte[] edges1;
    private static byte[] normals1;
    private static byte[] normals2;

    @TempDir
    Path folder;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final CountDownLatch release = new CountDownLatch(1);
    private RegistryFixture fixture;

    @BeforeAll
    static void makePacks() {
        edges1 = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        normals1 = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 3);
        normals2 = RegistryFixture.pack("normals@2", RandomNetworks.NORMALS, 4);
    }

    @BeforeEach
    void storePacks() throws IOException {
        fixture = new RegistryFixture(folder);
        fixture.seed("edges.safetensors", edges1);
        fixture.open();
        fixture.plug("normals@1", normals1);
        fixture.plug("normals@2", normals2);
    }

    @AfterEach
    void close() throws IOException {
        release.countDown();
        RegistryFixture.engine().beforePreparing(pack -> {});
        clients.shutdownNow();
        fixture.close();
        assertThat(RegistryFixture.engine().open())
                .as("packs that weren't closed")
                .isZero();
    }

    private PackState state(PackRegistry registry, String id) {
        return registry.pack(PackId.parse(id)).state();
    }

    private void holdPreparations() {
        RegistryFixture.engine().beforePreparing(pack -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new EngineException("interrupted", e);
            }
        });
    }

    @Test
    void onlyDefaultsAndPinnedPacksAreOpenedAtTheStart() throws IOException {
        PackRegistry registry = fixture.open();
        registry.started().join();
        assertThat(state(registry, "edges@1")).isEqualTo(PackState.OPEN);
        assertThat(state(registry, "normals@2")).isEqualTo(PackState.OPEN);
        assertThat(state(registry, "normals@1")).isEqualTo(PackState.COLD);
        assertThat(registry.pack(PackId.parse("normals@1")).sizeBytes()).isZero();

        fixture.set(RegistryFixture.settings(RegistryFixture.LIMITS, List.of("normals@1"), List.of()));
        registry = fixture.open();
        registry.started().join();
        assertThat(state(registry, "normals@1")).isEqualTo(PackState.OPEN);
    }

    @Test
    void aColdPackAnswersWithTheBitsThatItHadWhenItWasPlugged() throws IOException {
        float[] before = fixture.answer("normals@1");
        PackRegistry registry = fixture.open();
        registry.started().join();
        try (Lease lease = registry.acquire(PackId.parse("normals@1"))) {
            assertThat(lease.manifest().name()).isEqualTo("normals");
            assertThat(lease.digest()).hasSize(64);
            assertThat(state(registry, "normals@1")).isEqualTo(PackState.COLD);
            assertThat(RegistryFixture.answer(lease)).isEqualTo(before);
        }
        assertThat(state(registry, "normals@1")).isEqualTo(PackState.OPEN);
    }

    @Test
    void manyWhoWaitShareOneOpening() throws Exception {
        PackRegistry registry = fixture.open();
        registry.started().join();
        int prepared = RegistryFixture.engine().prepared();
        List<Future<float[]>> answers = new ArrayList<>();
        holdPreparations();
        for (int i = 0; i < 12; i++) {
            answers.add(clients.submit(() -> fixture.answer("normals@1")));
        }
        assertThat(fixture.answer("edges@1")).as("others go on").isNotEmpty();
        release.countDown();
        for (Future<float[]> answer : answers) {
            assertThat(answer.get()).isEqualTo(answers.get(0).get());
        }
        assertThat(RegistryFixture.engine().prepared()).isEqualTo(prepared + 1);
    }

    @Test
    void whoeverGivesUpWaitingLeavesTheOpeningToTheOthers() throws Exception {
        PackRegistry registry = fixture.open();
        registry.started().join();
        holdPreparations();
        try (Lease lease = registry.acquire(PackId.parse("normals@1"))) {
            Cancellation soon = Cancellation.after(Duration.ofMillis(50));
            assertThatThrownBy(() -> Packs.answer(RegistryFixture.engine(), lease, RegistryFixture.image(), soon))
                    .isInstanceOf(DeadlineExceededException.class);
            Cancellation cancelled = Cancellation.withoutDeadline();
            Future<?> waiting = clients.submit(() -> lease.open(cancelled));
            cancelled.cancel();
            assertThatThrownBy(waiting::get).hasCauseInstanceOf(CancelledException.class);
            assertThat(state(registry, "normals@1")).isEqualTo(PackState.OPENING);
            release.countDown();
            assertThat(RegistryFixture.answer(lease)).isNotEmpty();
        }
    }

    @Test
    void beyondTheBudgetTheLeastRecentlyUsedPackIsClosed() throws IOException {
        long size;
        try (RegistryFixture other = new RegistryFixture(folder.resolve("other"))) {
            PackRegistry registry = other.open();
            other.plug("normals@1", normals1);
            size = registry.packs().get(0).sizeBytes();
        }
        // Two defaults, a pinned one, and one more.
        fixture.plug("normals@3", RegistryFixture.pack("normals@3", RandomNetworks.NORMALS, 5));
        fixture.plug("normals@4", RegistryFixture.pack("normals@4", RandomNetworks.NORMALS, 6));
        fixture.plug("normals@5", RegistryFixture.pack("normals@5", RandomNetworks.NORMALS, 7));
        float[] third = fixture.answer("normals@3");
        RegistryLimits limits = new RegistryLimits(100, 4 * size + size / 2, 1e-3);
        fixture.set(RegistryFixture.settings(limits, List.of("normals@1"), List.of()));
        PackRegistry registry = fixture.open();
        registry.started().join();

        assertThat(fixture.answer("normals@3")).isEqualTo(third);
        fixture.answer("normals@2");
        assertThat(state(registry, "normals@3")).isEqualTo(PackState.COLD);
        assertThat(state(registry, "normals@2")).isEqualTo(PackState.OPEN);
        int prepared = RegistryFixture.engine().prepared();
        assertThat(fixture.answer("normals@3")).isEqualTo(third);
        assertThat(RegistryFixture.engine().prepared()).isEqualTo(prepared + 1);
        assertThat(state(registry, "normals@2")).isEqualTo(PackState.COLD);
        assertThat(state(registry, "normals@1")).as("pinned").isEqualTo(PackState.OPEN);
        assertThat(state(registry, "edges@1")).as("default").isEqualTo(PackState.OPEN);
        assertThat(state(registry, "normals@5")).as("default").isEqualTo(PackState.OPEN);
        assertThat(registry.status().open()).isEqualTo(4);
        assertThat(registry.status().openBytes()).isBetween(3 * size, 4 * size + size / 2);
    }

    @Test
    void aPackThatSomebodyHoldsIsNotClosedForRoom() throws IOException {
        fixture.set(RegistrySettings.of(new RegistryLimits(100, 1, 1e-3)));
        PackRegistry registry = fixture.open();
        registry.started().join();
        try (Lease lease = registry.acquire(PackId.parse("normals@1"))) {
            float[] first = RegistryFixture.answer(lease);
            fixture.plug("normals@3", RegistryFixture.pack("normals@3", RandomNetworks.NORMALS, 5));
            assertThat(state(registry, "normals@1")).isEqualTo(PackState.OPEN);
            assertThat(RegistryFixture.answer(lease)).isEqualTo(first);
        }
    }

    @Test
    void mergedPacksAreOpenedAgainUnderTheirPlan() throws IOException {
        PlugOptions merged = new PlugOptions(Activation.NEVER, Plan.MERGED, false, Optional.empty(), Optional.empty());
        byte[] normals3 = RegistryFixture.pack("normals@3", RandomNetworks.NORMALS, 5);
        fixture.plug("normals@3", normals3, merged);
        float[] before = fixture.answer("normals@3");
        PackRegistry registry = fixture.open();
        registry.started().join();
        assertThat(state(registry, "normals@3")).isEqualTo(PackState.COLD);
        assertThat(fixture.answer("normals@3")).isEqualTo(before);
        assertThat(registry.pack(PackId.parse("normals@3")).plan()).isEqualTo(Plan.MERGED);
    }

    @Test
    void aLeaseOnAColdPackOutlivesItsRemovalAndItsSuccessor() throws IOException {
        float[] before = fixture.answer("normals@1");
        PackRegistry registry = fixture.open();
        registry.started().join();
        try (Lease lease = registry.acquire(PackId.parse("normals@1"))) {
            registry.remove(PackId.parse("normals@1"));
            fixture.plug("normals@1", RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 8));
            assertThat(RegistryFixture.answer(lease)).isEqualTo(before);
        }
        assertThat(fixture.answer("normals@1")).isNotEqualTo(before);
        assertThat(fixture.stored("normals/1.safetensors")).exists();
        assertThat(folder.resolve("data/uploads")).isEmptyDirectory();
    }

    @Test
    void aLeaseOnAColdPackOutlivesAnotherPlanForItAndItsRemoval() throws IOException {
        float[] before = fixture.answer("normals@1");
        PackRegistry registry = fixture.open();
        registry.started().join();
        PlugOptions merged = new PlugOptions(Activation.IF_NEW, Plan.MERGED, false, Optional.empty(), Optional.empty());
        try (Lease lease = registry.acquire(PackId.parse("normals@1"))) {
            fixture.plug("normals@1", normals1, merged);
            registry.remove(PackId.parse("normals@1"));
            assertThat(fixture.stored("normals/1.safetensors")).doesNotExist();
            assertThat(lease.plan()).isEqualTo(Plan.FACTORED);
            assertThat(RegistryFixture.answer(lease)).isEqualTo(before);
        }
        assertThat(folder.resolve("data/uploads")).isEmptyDirectory();
    }

    @Test
    void aPackThatCannotBeOpenedFailsAloneAndIsTriedAgainOnceItIsPluggedAnew() throws IOException {
        float[] before = fixture.answer("normals@1");
        Path file = fixture.stored("normals/1.safetensors");
        byte[] broken = normals1.clone();
        broken[broken.length - 5] ^= 4;
        fixture.close();
        Files.write(file, broken);
        PackRegistry registry = fixture.open();
        registry.started().join();
        assertThat(registry.failures()).isEmpty();
        assertThatThrownBy(() -> fixture.answer("normals@1"))
                .isInstanceOf(PackUnavailableException.class)
                .hasMessageContaining("DIGEST_MISMATCH");
        assertThat(fixture.answer("normals@2")).isNotEmpty();
        assertThat(registry.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.pack()).isEqualTo("normals@1"));
        // Not read again for every request.
        assertThatThrownBy(() -> registry.acquire(PackId.parse("normals@1")))
                .isInstanceOf(PackUnavailableException.class);
        assertThat(fixture.plug("normals@1", normals1).created()).isTrue();
        assertThat(registry.failures()).isEmpty();
        assertThat(fixture.answer("normals@1")).isEqualTo(before);
    }

    @Test
    void aFailedPackCanBeRemoved() throws IOException {
        fixture.close();
        Files.writeString(fixture.stored("normals/2.safetensors"), "no pack at all");
        PackRegistry registry = fixture.open();
        registry.started().join();
        assertThat(registry.failures()).hasSize(1);
        assertThatThrownBy(() -> registry.acquire("normals")).isInstanceOf(PackUnavailableException.class);
        registry.remove(PackId.parse("normals@2"));
        assertThat(registry.failures()).isEmpty();
        try (Lease lease = registry.acquire("normals")) {
            assertThat(lease.id()).isEqualTo(PackId.parse("normals@1"));
        }
    }

    @Test
    void requiredPacksThatFailAreMissing() throws IOException {
        fixture.close();
        fixture.set(RegistryFixture.settings(
                RegistryFixture.LIMITS, List.of(), List.of("edges", "normals@2", "normals@1", "depth")));
        Files.delete(fixture.stored("normals/2.safetensors"));
        PackRegistry registry = fixture.open();
        registry.started().join();
        RegistryStatus status = registry.status();
        assertThat(status.started()).isTrue();
        assertThat(status.missing()).extracting(PackFailure::file).containsExactly("normals@2", "depth");
        fixture.plug("normals@2", normals2);
        assertThat(registry.status().missing()).extracting(PackFailure::file).containsExactly("depth");
    }

    @Test
    void aThousandStoredPacksAreThereAtOnceAndNoneIsPrepared() throws IOException {
        fixture.close();
        RegistryFixture many = new RegistryFixture(folder.resolve("many"));
        ModulatorPack small =
                Packs.small(RegistryFixture.engine(), PackId.parse("normals@1"), RandomNetworks.NORMALS, 3);
        for (int i = 0; i < 1000; i++) {
            // Seeds: uploads are read less, only their headers.
            PackId id = new PackId("normals-" + i, "1");
            many.seed(id.name() + ".safetensors", PackWriter.toBytes(Packs.under(id, small)));
        }
        int prepared = RegistryFixture.engine().prepared();
        holdPreparations();
        long begin = System.nanoTime();
        PackRegistry registry = many.open();
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.println("a thousand packs were found in " + took.toMillis() + " ms");
        assertThat(registry.packs()).hasSize(1000);
        assertThat(registry.failures()).isEmpty();
        assertThat(registry.status().started()).isFalse();
        assertThat(RegistryFixture.engine().prepared()).isEqualTo(prepared);
        assertThat(took).isLessThan(Duration.ofSeconds(60));
        assertThat(registry.packs(Optional.of(PackId.parse("normals-1@1")), 2))
                .extracting(pack -> pack.id().name())
                .containsExactly("normals-10", "normals-100");
        release.countDown();
        registry.started().join();
        assertThat(registry.status().open()).isEqualTo(1);
        many.close();
    }
}
