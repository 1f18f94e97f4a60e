package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.network.Architecture;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.Plan;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.engine.RandomNetworks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
    private static final PackId EDGES_1 = new PackId("edges", "1");
    private static final PackId EDGES_2 = new PackId("edges", "2");
    private static final PackId CONTOURS_1 = new PackId("contours", "1");
    private static final PackId NORMALS_1 = new PackId("normals", "1");
    private static final RegistryState EMPTY =
            new RegistryState(Snapshot.EMPTY, Index.EMPTY, Set.of(EDGES_1), List.of());

    /** A pack that is never opened. */
    private static RegisteredPack pack(PackId id, TaskKind task, Plan plan, boolean seed) {
        PackManifest manifest = Packs.manifest(id, task, "0".repeat(64), Architecture.RESNET18);
        PackDescription description = new PackDescription(id, manifest, "digest of " + id, plan, seed);
        return RegisteredPack.cold(description, Path.of("unused"), null);
    }

    private static RegisteredPack edges(PackId id) {
        return pack(id, RandomNetworks.EDGES, Plan.FACTORED, false);
    }

    /** The seed edges@1 and normals@1 are resident; edges@2, which was chosen and the default, couldn't be plugged. */
    private static RegistryState opened() {
        Snapshot snapshot = Snapshot.EMPTY
                .with(pack(EDGES_1, RandomNetworks.EDGES, Plan.FACTORED, true), false)
                .with(pack(NORMALS_1, RandomNetworks.NORMALS, Plan.FACTORED, false), true);
        Index index = new Index(
                Map.of("edges@2", "digest of edges@2", "normals@1", "digest of normals@1"),
                Set.of(),
                Map.of("edges", "2", "normals", "1"),
                Map.of("edges", "edges", "normals", "normals"),
                Map.of("edges@2", Plan.FACTORED),
                Rollouts.NONE);
        return new RegistryState(
                snapshot,
                index,
                Set.of(EDGES_1),
                List.of(new PackFailure(Optional.of(EDGES_2), "2.safetensors", "broken")));
    }

    @Test
    void pluggingRemembersDigestPlanAndChoices() {
        RegistryState state =
                EMPTY.plugged(pack(EDGES_2, RandomNetworks.EDGES, Plan.MERGED, false), true, Optional.of(Plan.MERGED));
        assertThat(state.snapshot().activeOf("edges").id()).isEqualTo(EDGES_2);
        assertThat(state.index())
                .isEqualTo(new Index(
                        Map.of("edges@2", "digest of edges@2"),
                        Set.of(),
                        Map.of("edges", "2"),
                        Map.of("edges", "edges"),
                        Map.of("edges@2", Plan.MERGED),
                        Rollouts.NONE));
        assertThat(state.knows(EDGES_2)).isTrue();
        assertThat(state.knows(EDGES_1)).isFalse();
        assertThat(EMPTY.index()).isEqualTo(Index.EMPTY);
        assertThat(EMPTY.snapshot().packs()).isEmpty();
    }

    @Test
    void aPackPluggedAsideDoesNotAnswer() {
        RegistryState state =
                EMPTY.plugged(edges(EDGES_1), true, Optional.empty()).plugged(edges(EDGES_2), false, Optional.empty());
        assertThat(state.snapshot().activeOf("edges").id()).isEqualTo(EDGES_1);
        RegistryState switched = state.activated(EDGES_2);
        assertThat(switched.snapshot().activeOf("edges").id()).isEqualTo(EDGES_2);
        assertThat(switched.index().active()).containsExactly(Map.entry("edges", "2"));
        assertThat(switched.index().uploaded()).isEqualTo(state.index().uploaded());
    }

    @Test
    void aFailedPackGetsItsPlacesBackWhenItIsPlugged() {
        RegistryState state = opened().plugged(edges(EDGES_2), false, Optional.empty());
        assertThat(state.failures()).isEmpty();
        assertThat(state.snapshot().activeOf("edges").id()).isEqualTo(EDGES_2);
        assertThat(state.snapshot().defaults()).containsEntry("edges", "edges");
    }

    @Test
    void whatWasChosenForAFailedPackOutlivesOtherChanges() {
        RegistryState opened = opened();
        assertThat(opened.knows(EDGES_2)).isTrue();
        assertThatThrownBy(() -> opened.requireActive("edges"))
                .isInstanceOf(PackUnavailableException.class)
                .hasMessageContaining("broken");
        RegistryState state =
                opened.plugged(edges(CONTOURS_1), true, Optional.empty()).activated(NORMALS_1);
        assertThat(state.snapshot().defaults()).containsEntry("edges", "contours");
        assertThat(state.snapshot().activeOf("edges")).isNull();
        assertThat(state.index().active()).containsEntry("edges", "2");
        assertThat(state.index().defaults()).containsEntry("edges", "edges");
        assertThat(state.failures()).isEqualTo(opened.failures());
    }

    @Test
    void aDefaultThatIsSetOutdoesTheOneOfAFailedPack() {
        RegistryState state =
                opened().plugged(edges(CONTOURS_1), true, Optional.empty()).withDefault("edges", "contours");
        assertThat(state.index().defaults())
                .containsOnly(Map.entry("edges", "contours"), Map.entry("normals", "normals"));
        assertThat(state.index().active()).containsEntry("edges", "2");
    }

    @Test
    void removingAFailedPackLetsTheHighestOtherVersionAnswer() {
        RegistryState state = opened().removed(EDGES_2);
        assertThat(state.failures()).isEmpty();
        assertThat(state.knows(EDGES_2)).isFalse();
        assertThat(state.snapshot().activeOf("edges").id()).isEqualTo(EDGES_1);
        assertThat(state.index().active()).containsEntry("edges", "1");
        assertThat(state.index().plans()).isEmpty();
        assertThat(state.index().removedSeeds()).isEmpty();
    }

    @Test
    void onlyTheRemovalOfASeedIsRemembered() {
        RegistryState state = opened().removed(EDGES_1).removed(NORMALS_1);
        assertThat(state.snapshot().packs()).isEmpty();
        assertThat(state.index().removedSeeds()).containsExactly("edges@1");
        assertThat(state.index().uploaded()).containsOnlyKeys("edges@2");
        assertThat(state.index().active()).containsExactly(Map.entry("edges", "2"));
    }

    @Test
    void closingLeavesTheIndexAsItWas() {
        RegistryState opened = opened();
        assertThat(opened.closed().snapshot()).isEqualTo(Snapshot.EMPTY);
        assertThat(opened.closed().index()).isEqualTo(opened.index());
    }
}
