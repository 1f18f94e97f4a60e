package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.registry.PackConflictException.Conflict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests divided between versions, promotion, roll-back, and uploads that are only tried. */
class RolloutTest {
    private static final Predicate<Traffic> ANY = traffic -> true;
    private static final PlugOptions ASIDE =
            new PlugOptions(Activation.NEVER, PlanChoice.NONE, false, Optional.empty(), Optional.empty());

    private static byte[] edges1;
    private static byte[] edges2;
    private static byte[] edges3;

    @TempDir
    private Path folder;

    private RegistryFixture fixture;
    private PackRegistry registry;
    private final Map<String, Map<String, Integer>> told = new ConcurrentHashMap<>();

    @BeforeAll
    static void makePacks() {
        edges1 = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        edges2 = RegistryFixture.pack("edges@2", RandomNetworks.EDGES, 2);
        edges3 = RegistryFixture.pack("edges@3", RandomNetworks.EDGES, 3);
    }

    @BeforeEach
    void plugTwoVersions() throws IOException {
        fixture = new RegistryFixture(folder);
        open();
        fixture.plug("edges@1", edges1);
        fixture.plug("edges@2", edges2, ASIDE);
    }

    private void open() throws IOException {
        told.clear();
        registry = fixture.open(new RegistryListener() {
            @Override
            public void divided(String name, Map<String, Integer> weights) {
                told.put(name, weights);
            }
        });
        registry.started().join();
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private Traffic divide(Map<String, Integer> weights) throws IOException {
        return registry.divide("edges", weights, ANY, Cancellation.withoutDeadline());
    }

    private Traffic promote(String... version) throws IOException {
        return registry.promote("edges", Stream.of(version).findFirst(), ANY, Cancellation.withoutDeadline());
    }

    private Traffic rollBack(String... version) throws IOException {
        return registry.rollBack("edges", Stream.of(version).findFirst(), ANY, Cancellation.withoutDeadline());
    }

    /** The version that answers a key, by name and by kind. */
    private String answering(String key) {
        try (Lease byName = registry.acquire("edges", Route.ofKey(key));
                Lease byKind = registry.acquireDefault("edges", Route.ofKey(key))) {
            assertThat(byKind.id()).isEqualTo(byName.id());
            return byName.id().version();
        }
    }

    /** How many of a thousand keys each version answers. */
    private int answeredBy(String version) {
        return (int) IntStream.range(0, 1000)
                .filter(key -> answering("key " + key).equals(version))
                .count();
    }

    private static void conflicts(Conflict conflict, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PackConflictException.class,
                        e -> assertThat(e.conflict()).isEqualTo(conflict));
    }

    private String index() throws IOException {
        return Files.readString(folder.resolve("data/index.json"));
    }

    @Test
    void dividesRequestsThatSayNoVersion() throws IOException {
        Traffic traffic = divide(Map.of("1", 80, "2", 20));
        assertThat(traffic.weights()).containsOnly(Map.entry("1", 80), Map.entry("2", 20));
        assertThat(traffic.isDivided()).isTrue();
        assertThat(traffic.active()).contains("1");
        assertThat(traffic.versions()).extracting(PackView::weight).containsExactly(80, 20);
        assertThat(answeredBy("2")).isBetween(130, 270);
        assertThat(told).containsEntry("edges", Map.of("1", 80, "2", 20));
        try (Lease named = registry.acquire(PackId.parse("edges@1"));
                Lease active = registry.acquire("edges")) {
            assertThat(named.id().version()).isEqualTo("1");
            assertThat(active.id().version()).isEqualTo("1");
        }
    }

    @Test
    void bothVersionsStayOpenWhateverElseIsOpened() throws IOException {
        registry.undivide("edges", ANY);
        fixture.set(RegistryFixture.settings(new RegistryLimits(2000, 1, 1e-3), List.of(), List.of()));
        open();
        assertThat(registry.pack(PackId.parse("edges@2")).state()).isEqualTo(PackState.COLD);
        divide(Map.of("1", 95, "2", 5));
        assertThat(registry.pack(PackId.parse("edges@2")).state()).isEqualTo(PackState.OPEN);
        fixture.plug("edges@3", edges3, ASIDE);
        fixture.answer("edges@3");
        assertThat(registry.pack(PackId.parse("edges@2")).state()).isEqualTo(PackState.OPEN);
        open();
        assertThat(registry.pack(PackId.parse("edges@2")).state())
                .as("after a restart")
                .isEqualTo(PackState.OPEN);
    }

    @Test
    void aRestartKeepsDivisionAndWayBack() throws IOException {
        divide(Map.of("1", 60, "2", 40));
        int before = answeredBy("2");
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 60), Map.entry("2", 40));
        assertThat(answeredBy("2")).isEqualTo(before);
        assertThat(told).containsEntry("edges", Map.of("1", 60, "2", 40));
        promote();
        open();
        assertThat(registry.traffic("edges").previous()).contains("1");
        rollBack();
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 100));
        assertThat(told).isEmpty();
    }

    @Test
    void refusesWhatDoesntDivideTheRequests() throws IOException {
        String before = index();
        for (Map<String, Integer> bad : List.of(
                Map.of("1", 100),
                Map.of("1", 90, "2", 5),
                Map.of("1", 101, "2", -1),
                Map.of("1", Integer.MAX_VALUE, "2", Integer.MAX_VALUE))) {
            assertThatThrownBy(() -> divide(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> divide(Map.of("1", 50, "7", 50)))
                .isInstanceOf(UnknownPackException.class)
                .hasMessageContaining("edges@7");
        assertThatThrownBy(
                        () -> registry.divide("depth", Map.of("1", 50, "2", 50), ANY, Cancellation.withoutDeadline()))
                .isInstanceOf(UnknownPackException.class);
        fixture.plug("edges@3", edges3, ASIDE);
        conflicts(Conflict.WRONG_VERSION, () -> divide(Map.of("2", 50, "3", 50)));
        fixture.plug("edges@4", RegistryFixture.pack("edges@4", RandomNetworks.NORMALS, 4), ASIDE);
        conflicts(Conflict.WRONG_KIND, () -> divide(Map.of("1", 50, "4", 50)));
        conflicts(
                Conflict.PRECONDITION_FAILED,
                () -> registry.divide(
                        "edges", Map.of("1", 50, "2", 50), Traffic::isDivided, Cancellation.withoutDeadline()));
        assertThat(registry.traffic("edges").isDivided()).isFalse();
        assertThat(index()).contains("\"format\":1").doesNotContain("rollouts");
        assertThat(before).contains("\"format\":1");
    }

    @Test
    void aPromotionEndsTheDivisionAndARollBackUndoesIt() throws IOException {
        divide(Map.of("1", 95, "2", 5));
        Traffic promoted = promote();
        assertThat(promoted.weights()).containsOnly(Map.entry("2", 100));
        assertThat(promoted.active()).contains("2");
        assertThat(promoted.previous()).contains("1");
        assertThat(registry.pack(PackId.parse("edges@2")).defaultOfKind()).isTrue();
        assertThat(answeredBy("2")).isEqualTo(1000);
        assertThat(told).containsEntry("edges", Map.of());
        assertThat(promote("2")).as("sent twice").isEqualTo(promoted);
        conflicts(Conflict.WRONG_VERSION, this::promote);
        conflicts(Conflict.WRONG_VERSION, () -> promote("1"));

        Traffic back = rollBack();
        assertThat(back.weights()).containsOnly(Map.entry("1", 100));
        assertThat(back.previous()).isEmpty();
        assertThat(rollBack("1")).as("sent twice").isEqualTo(back);
        conflicts(Conflict.WRONG_VERSION, this::rollBack);
        conflicts(Conflict.WRONG_VERSION, () -> rollBack("2"));
        assertThat(index()).contains("\"format\":1").doesNotContain("rollouts");
    }

    @Test
    void aRollBackDuringADivisionLeavesTheActiveVersion() throws IOException {
        divide(Map.of("1", 5, "2", 95));
        conflicts(Conflict.WRONG_VERSION, () -> rollBack("2"));
        assertThat(rollBack().weights()).containsOnly(Map.entry("1", 100));
        assertThat(answeredBy("1")).isEqualTo(1000);
    }

    @Test
    void ofSeveralVersionsTheOneToPromoteIsNamed() throws IOException {
        fixture.plug("edges@3", edges3, ASIDE);
        divide(Map.of("1", 80, "2", 10, "3", 10));
        conflicts(Conflict.WRONG_VERSION, this::promote);
        assertThat(promote("3").active()).contains("3");
        assertThat(rollBack().active()).contains("1");
    }

    @Test
    void anActivationOrANewVersionEndsTheDivisionAndAnUploadAsideDoesnt() throws IOException {
        divide(Map.of("1", 50, "2", 50));
        fixture.plug("edges@3", edges3, ASIDE);
        fixture.plug("edges@2", edges2);
        assertThat(registry.traffic("edges").isDivided()).isTrue();
        registry.activate(PackId.parse("edges@1"));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 100));
        divide(Map.of("1", 50, "2", 50));
        PlugOptions always =
                new PlugOptions(Activation.ALWAYS, PlanChoice.NONE, false, Optional.empty(), Optional.empty());
        fixture.plug("edges@1", edges1, always);
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 100));
        divide(Map.of("1", 50, "2", 50));
        fixture.plug("edges@4", RegistryFixture.pack("edges@4", RandomNetworks.EDGES, 4));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("4", 100));
    }

    @Test
    void anotherPlanLeavesTheDivision() throws IOException {
        divide(Map.of("1", 50, "2", 50));
        fixture.plug(
                "edges@2",
                edges2,
                new PlugOptions(Activation.IF_NEW, Plan.MERGED, false, Optional.empty(), Optional.empty()));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 50), Map.entry("2", 50));
    }

    @Test
    void theShareOfARemovedVersionGoesToTheActiveOne() throws IOException {
        fixture.plug("edges@3", edges3, ASIDE);
        divide(Map.of("1", 70, "2", 20, "3", 10));
        registry.remove(PackId.parse("edges@2"));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 90), Map.entry("3", 10));
        registry.remove(PackId.parse("edges@1"));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("3", 100));
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("3", 100));
    }

    @Test
    void theWayBackGoesWithTheVersionThatItLeadsTo() throws IOException {
        divide(Map.of("1", 50, "2", 50));
        promote();
        registry.remove(PackId.parse("edges@1"));
        assertThat(registry.traffic("edges").previous()).isEmpty();
        conflicts(Conflict.WRONG_VERSION, this::rollBack);
    }

    @Test
    void aVersionThatCantBeOpenedFailsItsOwnShare() throws IOException {
        divide(Map.of("1", 50, "2", 50));
        Path file = fixture.stored("edges/2.safetensors");
        fixture.close();
        byte[] broken = edges2.clone();
        broken[broken.length - 5] ^= 4;
        Files.write(file, broken);
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 50), Map.entry("2", 50));
        int failed = 0;
        for (int key = 0; key < 200; key++) {
            try {
                assertThat(answering("key " + key)).isEqualTo("1");
            } catch (PackUnavailableException e) {
                assertThat(e.pack()).isEqualTo("edges@2");
                failed++;
            }
        }
        assertThat(failed).isBetween(50, 150);
        assertThatThrownBy(() -> promote("2")).isInstanceOf(PackUnavailableException.class);
        assertThat(registry.traffic("edges").active()).contains("1");
        assertThat(rollBack().weights()).containsOnly(Map.entry("1", 100));
        assertThatThrownBy(() -> divide(Map.of("1", 50, "2", 50))).isInstanceOf(PackUnavailableException.class);
        assertThat(registry.traffic("edges").isDivided()).isFalse();
    }

    @Test
    void aFileThatIsGoneIsAFailureOfItsShareAndCanBeRemoved() throws IOException {
        divide(Map.of("1", 50, "2", 50));
        fixture.close();
        Files.delete(fixture.stored("edges/2.safetensors"));
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 50), Map.entry("2", 50));
        registry.remove(PackId.parse("edges@2"));
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 100));
    }

    @Test
    void aSeedThatTheFolderNoLongerHasLeavesItsShareToTheActiveOne() throws IOException {
        fixture.close();
        fixture.seed("edges-9.safetensors", RegistryFixture.pack("edges@9", RandomNetworks.EDGES, 9));
        open();
        registry.activate(PackId.parse("edges@1"));
        divide(Map.of("1", 50, "9", 50));
        fixture.close();
        Files.delete(folder.resolve("models/edges-9.safetensors"));
        open();
        assertThat(registry.traffic("edges").weights()).containsOnly(Map.entry("1", 100));
        assertThat(answering("any")).isEqualTo("1");
    }

    @Test
    void theIndexSaysItsFormatAndReadsTheFormerOne() {
        String former = "{\"format\":1,\"uploaded\":{},\"removedSeeds\":[],\"active\":{},\"defaults\":{},\"plans\":{}}";
        assertThat(Index.parse(former)).isEqualTo(Index.EMPTY);
        assertThat(Index.EMPTY.toJson()).isEqualTo(former);
        Index divided = Index.EMPTY.withChoices(
                Map.of("edges", "1"),
                Map.of(),
                Rollouts.NONE.divided("edges", Map.of("1", 95, "2", 5)).promoted("depth", "3"));
        assertThat(divided.toJson())
                .contains("\"format\":2")
                // Last: an older server complains about the format then, not about a member.
                .endsWith(",\"plans\":{},\"rollouts\":{\"weights\":{\"edges\":{\"1\":95,\"2\":5}},"
                        + "\"previous\":{\"depth\":\"3\"}}}");
        assertThat(Index.parse(divided.toJson())).isEqualTo(divided);
        for (String bad : List.of(
                divided.toJson().replace("\"format\":2", "\"format\":1"),
                former.replace("\"format\":1", "\"format\":2"),
                former.replace("\"format\":1", "\"format\":3"),
                divided.toJson().replace("95", "96"),
                divided.toJson().replace("95", "null"),
                divided.toJson().replace("\"3\"", "\"three\""))) {
            assertThatThrownBy(() -> Index.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aRehearsalSaysWhatAnUploadWouldDoAndKeepsNothing() throws IOException {
        divide(Map.of("1", 95, "2", 5));
        String index = index();
        List<Path> files = files();
        int open = RegistryFixture.engine().open();

        Rehearsal created = rehearse("edges@3", edges3, PlugOptions.DEFAULT);
        assertThat(created.created()).isTrue();
        assertThat(created.pack().active()).isTrue();
        assertThat(created.pack().weight()).isEqualTo(100);
        assertThat(created.pack().defaultOfKind()).isTrue();
        assertThat(created.pack().plan()).isEqualTo(Plan.FACTORED);
        assertThat(created.memoryBytes()).isPositive();
        assertThat(created.active()).contains("1");
        assertThat(created.endsDivision()).isTrue();

        Rehearsal aside = rehearse("edges@3", edges3, ASIDE);
        assertThat(aside.pack().active()).isFalse();
        assertThat(aside.endsDivision()).isFalse();

        Rehearsal same = rehearse("edges@2", edges2, PlugOptions.DEFAULT);
        assertThat(same.created()).isFalse();
        assertThat(same.pack().weight()).isEqualTo(5);
        assertThat(same.endsDivision()).isFalse();

        byte[] lying = PackWriter.toBytes(
                Packs.lying(Packs.pack(RegistryFixture.engine(), PackId.parse("edges@3"), RandomNetworks.EDGES, 5)));
        assertThatThrownBy(() -> rehearse("edges@3", lying, PlugOptions.DEFAULT))
                .isInstanceOf(PackException.class);
        conflicts(Conflict.VERSION_EXISTS, () -> rehearse("edges@2", otherBytes(), PlugOptions.DEFAULT));

        assertThat(index()).isEqualTo(index);
        assertThat(files()).isEqualTo(files);
        assertThat(RegistryFixture.engine().open()).isEqualTo(open);
        assertThat(registry.versions("edges")).hasSize(2);
        assertThat(registry.traffic("edges").isDivided()).isTrue();
    }

    private static byte[] otherBytes() {
        return RegistryFixture.pack("edges@2", RandomNetworks.EDGES, 22);
    }

    private Rehearsal rehearse(String id, byte[] pack, PlugOptions options) throws IOException {
        Path upload = Files.write(folder.resolve("upload"), pack);
        try {
            return registry.rehearse(upload, PackId.parse(id), options);
        } finally {
            Files.delete(upload);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("data"))) {
            return all.sorted().toList();
        }
    }
}
