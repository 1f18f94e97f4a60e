package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackRegistryTest {
    private static final PackId EDGES_1 = new PackId("edges", "1");
    private static final PackId EDGES_2 = new PackId("edges", "2");
    private static final PackId NORMALS_1 = new PackId("normals", "1");
    private static final FloatBuffer IMAGE = RandomNetworks.image(32, 32, 1);

    private static CountingEngine engine;
    private static byte[] edges1;
    private static byte[] edges2;
    private static byte[] normals1;

    @TempDir
    Path folder;

    private PackStore store;
    private PackRegistry registry;

    @BeforeAll
    static void makePacks() {
        engine = new CountingEngine(OrtEngine.open(RandomNetworks.bank(70), EngineOptions.cpu(1)));
        edges1 = bytes(EDGES_1, RandomNetworks.EDGES, 1);
        edges2 = bytes(EDGES_2, RandomNetworks.EDGES, 2);
        normals1 = bytes(NORMALS_1, RandomNetworks.NORMALS, 3);
    }

    private static byte[] bytes(PackId id, TaskKind task, long seed) {
        return PackWriter.toBytes(Packs.pack(engine, id, task, seed));
    }

    @AfterAll
    static void closeEngine() {
        engine.close();
    }

    @BeforeEach
    void makeSeeds() throws IOException {
        Files.createDirectories(folder.resolve("models/extra"));
        Files.write(folder.resolve("models/edges.safetensors"), edges1);
        Files.writeString(folder.resolve("models/bank.safetensors"), "no pack");
        Files.writeString(folder.resolve("models/extra/street.safetensors"), "not read");
        open();
    }

    private void open() throws IOException {
        store = PackStore.open(
                folder.resolve("models"), folder.resolve("models/bank.safetensors"), folder.resolve("data"));
        RegistryLimits limits = new RegistryLimits(4, 1 << 30, 1e-3);
        registry = PackRegistry.open(engine, store, RegistrySettings.of(limits), new RegistryListener() {});
        registry.started().join();
    }

    @AfterEach
    void close() throws IOException {
        registry.close();
        store.close();
        assertThat(engine.open()).as("packs that weren't closed").isZero();
    }

    private void restart() throws IOException {
        close();
        open();
    }

    private Plugged plug(PackId id, byte[] pack) throws IOException {
        return plug(id, pack, PlugOptions.DEFAULT);
    }

    private Plugged plug(PackId id, byte[] pack, PlugOptions options) throws IOException {
        Path upload = store.newUpload();
        Files.write(upload, pack);
        try {
            return registry.plug(upload, id, options);
        } finally {
            Files.deleteIfExists(upload);
        }
    }

    private List<String> plugged() {
        return registry.packs().stream().map(pack -> pack.id().toString()).toList();
    }

    private String answering(String name) {
        try (Lease lease = registry.acquire(name)) {
            return lease.id().version();
        }
    }

    private static void refused(PackFault fault, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PackException.class, e -> assertThat(e.fault()).isEqualTo(fault));
    }

    private static void conflicts(Conflict conflict, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PackConflictException.class,
                        e -> assertThat(e.conflict()).isEqualTo(conflict));
    }

    @Test
    void startsWithTheSeedPacksOnly() {
        assertThat(plugged()).containsExactly("edges@1");
        assertThat(registry.failures()).isEmpty();
        assertThat(registry.defaults()).containsEntry("edges", "edges");
        assertThat(registry.pack(EDGES_1).seed()).isTrue();
        assertThatThrownBy(() -> registry.acquire("depth"))
                .isInstanceOf(UnknownPackException.class)
                .hasMessage("no pack plugged: name='depth', plugged=[edges]");
    }

    private static float[] answer(Lease lease) {
        return Packs.answer(engine, lease, IMAGE.duplicate(), Cancellation.withoutDeadline());
    }

    @Test
    void aLeaseKeepsItsPackOpenWhenItIsRemoved() throws IOException {
        plug(NORMALS_1, normals1);
        Lease lease = registry.acquire("normals");
        float[] before = answer(lease);
        registry.remove(NORMALS_1);
        assertThat(engine.open()).isEqualTo(2);
        assertThat(answer(lease)).isEqualTo(before);
        lease.close();
        lease.close();
        assertThat(engine.open()).isEqualTo(1);
        assertThatThrownBy(() -> answer(lease)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theSameBytesAgainChangeNothing() throws IOException {
        assertThat(plug(NORMALS_1, normals1).created()).isTrue();
        assertThat(plug(NORMALS_1, normals1).created()).isFalse();
        assertThat(plug(EDGES_1, edges1).created()).isFalse();
        assertThat(registry.pack(EDGES_1).seed()).isTrue();
    }

    @Test
    void refusesOtherBytesUnderAVersionThatExists() throws IOException {
        plug(NORMALS_1, normals1);
        byte[] others = bytes(NORMALS_1, RandomNetworks.NORMALS, 9);
        conflicts(Conflict.VERSION_EXISTS, () -> plug(NORMALS_1, others));
        PlugOptions createOnly =
                new PlugOptions(Activation.IF_NEW, Plan.FACTORED, true, Optional.empty(), Optional.empty());
        conflicts(Conflict.PRECONDITION_FAILED, () -> plug(NORMALS_1, normals1, createOnly));
    }

    @Test
    void aRefusedPackLeavesEverythingAsItWas() throws IOException {
        ModulatorPack honest = Packs.pack(engine, NORMALS_1, RandomNetworks.NORMALS, 4);
        refused(PackFault.SELF_TEST_FAILED, () -> plug(NORMALS_1, PackWriter.toBytes(Packs.lying(honest))));
        refused(PackFault.WRONG_ADDRESS, () -> plug(EDGES_2, normals1));
        refused(PackFault.BAD_FILE, () -> plug(NORMALS_1, new byte[100]));
        PlugOptions int8 = new PlugOptions(Activation.IF_NEW, Plan.INT8, false, Optional.empty(), Optional.empty());
        refused(PackFault.PLAN_REFUSED, () -> plug(NORMALS_1, normals1, int8));
        PlugOptions announced = new PlugOptions(
                Activation.IF_NEW, Plan.FACTORED, false, Optional.of("00".repeat(32)), Optional.empty());
        refused(PackFault.CONTENT_DIGEST_MISMATCH, () -> plug(NORMALS_1, normals1, announced));
        assertThat(plugged()).containsExactly("edges@1");
        assertThat(engine.open()).isEqualTo(1);
        restart();
        assertThat(plugged()).containsExactly("edges@1");
    }

    @Test
    void refusesMorePacksThanMayBeStored() throws IOException {
        plug(NORMALS_1, normals1);
        plug(EDGES_2, edges2);
        plug(new PackId("normals", "2"), bytes(new PackId("normals", "2"), RandomNetworks.NORMALS, 5));
        PackId fifth = new PackId("normals", "3");
        byte[] pack = bytes(fifth, RandomNetworks.NORMALS, 6);
        conflicts(Conflict.TOO_MANY_PACKS, () -> plug(fifth, pack));
    }

    @Test
    void aNewVersionAnswersUnlessToldOtherwiseAndSwitchesBack() throws IOException {
        PlugOptions aside = new PlugOptions(Activation.NEVER, Plan.FACTORED, false, Optional.empty(), Optional.empty());
        plug(EDGES_2, edges2, aside);
        assertThat(answering("edges")).isEqualTo("1");
        registry.activate(EDGES_2);
        assertThat(answering("edges")).isEqualTo("2");
        registry.activate(EDGES_1);
        restart();
        assertThat(answering("edges")).isEqualTo("1");
        registry.remove(EDGES_1);
        assertThat(answering("edges")).isEqualTo("2");
    }

    @Test
    void bytesThatAreThereKeepTheirPlaceUnlessTheUploadSaysThatTheyAnswer() throws IOException {
        PlugOptions always =
                new PlugOptions(Activation.ALWAYS, PlanChoice.NONE, false, Optional.empty(), Optional.empty());
        PlugOptions never =
                new PlugOptions(Activation.NEVER, PlanChoice.NONE, false, Optional.empty(), Optional.empty());
        PackId second = new PackId("normals", "2");
        byte[] seconds = bytes(second, RandomNetworks.NORMALS, 5);
        plug(NORMALS_1, normals1);
        plug(second, seconds);
        Plugged again = plug(NORMALS_1, normals1);
        assertThat(again.created()).isFalse();
        assertThat(again.pack().active()).isFalse();
        assertThat(answering("normals")).isEqualTo("2");

        Plugged back = plug(NORMALS_1, normals1, always);
        assertThat(back.created()).isFalse();
        assertThat(back.pack().active()).isTrue();
        assertThat(answering("normals")).isEqualTo("1");
        restart();
        assertThat(answering("normals")).isEqualTo("1");

        assertThat(plug(second, seconds, never).pack().active()).isFalse();
        assertThat(plug(NORMALS_1, normals1, never).pack().active())
                .as("it stays")
                .isTrue();
        PlugOptions merged = new PlugOptions(Activation.ALWAYS, Plan.MERGED, false, Optional.empty(), Optional.empty());
        Plugged replanned = plug(second, seconds, merged);
        assertThat(replanned.pack().plan()).isEqualTo(Plan.MERGED);
        assertThat(replanned.pack().active()).isTrue();
        assertThat(answering("normals")).isEqualTo("2");
    }

    @Test
    void remembersOverARestartWhatWasChosen() throws IOException {
        PackId contours = new PackId("contours", "1");
        plug(
                contours,
                bytes(contours, RandomNetworks.EDGES, 7),
                new PlugOptions(Activation.IF_NEW, Plan.MERGED, false, Optional.empty(), Optional.empty()));
        registry.setDefault("edges", "contours");
        PlugOptions aside = new PlugOptions(Activation.NEVER, Plan.FACTORED, false, Optional.empty(), Optional.empty());
        plug(NORMALS_1, normals1, aside);
        restart();
        assertThat(registry.defaults()).containsEntry("edges", "contours").doesNotContainKey("normals");
        assertThat(registry.pack(contours).plan()).isEqualTo(Plan.MERGED);
        assertThat(registry.pack(NORMALS_1).active()).isFalse();
        conflicts(Conflict.WRONG_KIND, () -> registry.setDefault("normals", "edges"));
    }

    @Test
    void aRemovedSeedStaysRemovedAndItsFileStays() throws IOException {
        registry.remove(EDGES_1);
        assertThat(registry.defaults()).isEmpty();
        restart();
        assertThat(plugged()).isEmpty();
        assertThat(folder.resolve("models/edges.safetensors")).exists();
        plug(EDGES_1, edges1);
        registry.remove(EDGES_1);
        restart();
        assertThat(plugged()).isEmpty();
    }

    @Test
    void aBrokenStoredPackIsReportedAndStopsNothing() throws IOException {
        plug(NORMALS_1, normals1);
        plug(EDGES_2, edges2);
        Path file = folder.resolve("data/packs/edges/2.safetensors");
        registry.close();
        store.close();
        byte[] broken = edges2.clone();
        broken[broken.length - 5] ^= 4;
        Files.write(file, broken);
        open();
        assertThat(registry.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.pack()).isEqualTo("edges@2"));
        assertThat(registry.pack(EDGES_2).state()).isEqualTo(PackState.FAILED);
        // Version 1 would answer differently, unasked.
        assertThatThrownBy(() -> registry.acquire("edges"))
                .isInstanceOf(PackUnavailableException.class)
                .hasMessageContaining("DIGEST_MISMATCH");
        assertThatThrownBy(() -> registry.acquireDefault("edges", Route.random()))
                .isInstanceOf(PackUnavailableException.class);
        assertThat(answering("normals")).isEqualTo("1");
        registry.activate(NORMALS_1);
        conflicts(Conflict.VERSION_EXISTS, () -> plug(EDGES_2, bytes(EDGES_2, RandomNetworks.EDGES, 8)));
        PlugOptions aside = new PlugOptions(Activation.NEVER, Plan.FACTORED, false, Optional.empty(), Optional.empty());
        assertThat(plug(EDGES_2, edges2, aside).created()).isTrue();
        assertThat(registry.failures()).isEmpty();
        assertThat(answering("edges")).isEqualTo("2");
    }

    @Test
    void aBrokenStoredPackCanBeRemoved() throws IOException {
        plug(EDGES_2, edges2);
        registry.close();
        store.close();
        Files.delete(folder.resolve("data/packs/edges/2.safetensors"));
        open();
        assertThat(registry.failures()).hasSize(1);
        registry.remove(EDGES_2);
        assertThat(registry.failures()).isEmpty();
        assertThat(answering("edges")).isEqualTo("1");
        restart();
        assertThat(registry.failures()).isEmpty();
        assertThat(answering("edges")).isEqualTo("1");
    }

    @Test
    void removesWhatACrashLeftBehind() throws IOException {
        plug(NORMALS_1, normals1);
        registry.close();
        store.close();
        Path partial = folder.resolve("data/uploads/upload1.partial");
        Path orphan = folder.resolve("data/packs/depth/1.safetensors");
        Files.writeString(partial, "half");
        Files.createDirectories(orphan.getParent());
        Files.write(orphan, edges2);
        open();
        assertThat(partial).doesNotExist();
        assertThat(orphan).doesNotExist();
        assertThat(plugged()).containsExactly("edges@1", "normals@1");
    }

    @Test
    void doesNotStartWithoutTheIndexOfStoredPacks() throws IOException {
        plug(NORMALS_1, normals1);
        restart();
        registry.close();
        store.close();
        Path index = folder.resolve("data/index.json");
        byte[] kept = Files.readAllBytes(index);
        Files.delete(index);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("index is missing");
        Files.writeString(index, "{");
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("damaged index");
        Files.write(index, kept);
        open();
        assertThat(plugged()).contains("normals@1");
    }

    @Test
    void oneProcessOwnsTheDataDirectory() {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
    }

    @Test
    void aClosedRegistryTakesNoPacks() throws IOException {
        registry.close();
        assertThatThrownBy(() -> plug(NORMALS_1, normals1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readersNeverFailWhilePacksAreSwapped() throws Exception {
        plug(EDGES_2, edges2);
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        List<Future<Integer>> counts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            counts.add(readers.submit(() -> {
                int count = 0;
                for (; !stop.get(); count++) {
                    try (Lease lease = registry.acquireDefault("edges", Route.random())) {
                        answer(lease);
                    }
                }
                return count;
            }));
        }
        try {
            for (int round = 0; round < 10; round++) {
                registry.activate(EDGES_1);
                registry.remove(EDGES_2);
                plug(EDGES_2, edges2);
            }
        } finally {
            stop.set(true);
            readers.shutdown();
        }
        for (Future<Integer> count : counts) {
            assertThat(count.get()).isPositive();
        }
    }

    @Test
    void memoryStaysFlatOverTwoHundredPlugs() throws IOException {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/proc/self/status")), "no /proc here to read resident memory from");
        cycle(40);
        int sessions = engine.report().sessions().size();
        long before = nativeBytes();
        cycle(200);
        long grown = nativeBytes() - before;
        assertThat(engine.open()).isEqualTo(1);
        assertThat(engine.report().sessions()).hasSize(sessions);
        // What 200 packs would hold if they stayed.
        long leaked = 200L * normals1.length;
        assertThat(grown).as("native bytes, of %d if all were kept", leaked).isLessThan(leaked / 8);
    }

    private void cycle(int rounds) throws IOException {
        for (int i = 0; i < rounds; i++) {
            plug(NORMALS_1, normals1);
            registry.remove(NORMALS_1);
        }
    }

    /** Resident memory without the heap's committed part. */
    private static long nativeBytes() throws IOException {
        System.gc();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            long resident = lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElseThrow();
            return resident
                    - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        }
    }
}
