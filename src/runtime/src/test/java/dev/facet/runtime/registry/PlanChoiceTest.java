package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.Plan;
import dev.facet.runtime.engine.RandomNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who decides a pack's plan: the upload, else the settings, else pack and engine. */
class PlanChoiceTest {
    private static final PlugOptions FACTORED =
            new PlugOptions(Activation.IF_NEW, Plan.FACTORED, false, Optional.empty(), Optional.empty());

    @TempDir
    private Path folder;

    private RegistryFixture fixture;

    @BeforeEach
    void prepare() throws IOException {
        fixture = new RegistryFixture(folder);
        fixture.seed("edges.safetensors", RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1));
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private PackRegistry open(Optional<Plan> plan) throws IOException {
        fixture.set(new RegistrySettings(RegistryFixture.LIMITS, TrustedKeys.NONE, List.of(), List.of(), plan));
        return fixture.open();
    }

    private static PlugOptions options(PlanChoice plan) {
        return new PlugOptions(Activation.IF_NEW, plan, false, Optional.empty(), Optional.empty());
    }

    private static Plan plan(PackRegistry registry, String id) {
        return registry.pack(PackId.parse(id)).plan();
    }

    @Test
    void aPlanThatWasChosenIsRememberedAndAnyOtherFollowsTheSettings() throws IOException {
        PackRegistry merged = open(Optional.of(Plan.MERGED));
        fixture.plug("normals@1", RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 2));
        fixture.plug("normals@2", RegistryFixture.pack("normals@2", RandomNetworks.NORMALS, 3), FACTORED);
        assertThat(plan(merged, "edges@1")).isEqualTo(Plan.MERGED);
        assertThat(plan(merged, "normals@1")).isEqualTo(Plan.MERGED);
        assertThat(plan(merged, "normals@2")).isEqualTo(Plan.FACTORED);

        PackRegistry again = open(Optional.of(Plan.MERGED));
        assertThat(plan(again, "normals@2")).isEqualTo(Plan.FACTORED);

        PackRegistry automatic = open(Optional.empty());
        assertThat(plan(automatic, "edges@1")).isEqualTo(Plan.FACTORED);
        assertThat(plan(automatic, "normals@1")).isEqualTo(Plan.FACTORED);
    }

    @Test
    void aPackThatCannotRunUnderThePlanOfTheSettingsIsAFailureWithItsReason() throws IOException {
        PackRegistry registry = open(Optional.of(Plan.INT8));
        try (Lease lease = registry.acquire("edges")) {
            assertThat(lease.plan()).isEqualTo(Plan.INT8);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> RegistryFixture.answer(lease)))
                    .isInstanceOf(PackUnavailableException.class)
                    .hasMessageContaining("plan=int8");
        }
    }

    @Test
    void theSameBytesTakeAnotherPlanOverAndARequestUnderWayKeepsTheOldOne() throws IOException {
        byte[] normals = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 2);
        PackRegistry registry = open(Optional.empty());
        registry.started().join();
        int others = RegistryFixture.engine().open();
        fixture.plug("normals@1", normals, FACTORED);
        try (Lease before = registry.acquire("normals")) {
            float[] factored = RegistryFixture.answer(before);

            Plugged merged = fixture.plug("normals@1", normals, options(PlanChoice.of(Plan.MERGED)));

            assertThat(merged.created()).isFalse();
            assertThat(merged.pack().plan()).isEqualTo(Plan.MERGED);
            assertThat(merged.pack().active()).isTrue();
            assertThat(merged.pack().defaultOfKind()).isTrue();
            try (Lease after = registry.acquire("normals")) {
                assertThat(after.plan()).isEqualTo(Plan.MERGED);
                assertThat(RegistryFixture.answer(after)).isNotEqualTo(factored);
            }
            assertThat(before.plan()).isEqualTo(Plan.FACTORED);
            assertThat(RegistryFixture.answer(before)).isEqualTo(factored);
        }
        assertThat(RegistryFixture.engine().open())
                .as("the old form is closed with its last lease")
                .isEqualTo(others + 1);
        assertThat(fixture.stored("normals/1.safetensors")).hasBinaryContent(normals);

        assertThat(plan(open(Optional.empty()), "normals@1")).isEqualTo(Plan.MERGED);
    }

    @Test
    void aPackOfTheModelsFolderTakesAPlanOverAndStaysThere() throws IOException {
        byte[] edges = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        open(Optional.empty());

        Plugged merged = fixture.plug("edges@1", edges, options(PlanChoice.of(Plan.MERGED)));

        assertThat(merged.pack().seed()).isTrue();
        assertThat(fixture.stored("edges/1.safetensors")).doesNotExist();
        PackRegistry again = open(Optional.empty());
        assertThat(plan(again, "edges@1")).isEqualTo(Plan.MERGED);
        fixture.plug("edges@1", edges, options(PlanChoice.AUTOMATIC));
        assertThat(plan(again, "edges@1")).isEqualTo(Plan.FACTORED);
        assertThat(plan(open(Optional.of(Plan.MERGED)), "edges@1"))
                .as("what was chosen is forgotten")
                .isEqualTo(Plan.MERGED);
    }

    @Test
    void anUploadThatSaysNothingOfAPlanKeepsTheOneThatWasChosen() throws IOException {
        byte[] edges = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        PackRegistry registry = open(Optional.empty());
        fixture.plug("edges@1", edges, options(PlanChoice.of(Plan.MERGED)));
        int prepared = RegistryFixture.engine().prepared();

        fixture.plug("edges@1", edges);
        fixture.plug("edges@1", edges, options(PlanChoice.of(Plan.MERGED)));

        assertThat(plan(registry, "edges@1")).isEqualTo(Plan.MERGED);
        assertThat(RegistryFixture.engine().prepared()).isEqualTo(prepared);
    }

    @Test
    void aPlanThatOnlyFollowedFromTheSettingsIsRememberedOnceItIsAskedFor() throws IOException {
        byte[] edges = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        open(Optional.empty());
        fixture.plug("edges@1", edges, FACTORED);

        assertThat(plan(open(Optional.of(Plan.MERGED)), "edges@1")).isEqualTo(Plan.FACTORED);
    }

    @Test
    void aPlanThatThePackDoesNotAllowLeavesTheOldOne() throws IOException {
        byte[] edges = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        PackRegistry registry = open(Optional.empty());
        float[] before = fixture.answer("edges@1");

        assertThatThrownBy(() -> fixture.plug("edges@1", edges, options(PlanChoice.of(Plan.INT8))))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("int8");

        assertThat(plan(registry, "edges@1")).isEqualTo(Plan.FACTORED);
        assertThat(fixture.answer("edges@1")).isEqualTo(before);
        assertThat(plan(open(Optional.of(Plan.MERGED)), "edges@1")).isEqualTo(Plan.MERGED);
    }
}
