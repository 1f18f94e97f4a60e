package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

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
            new PlugOptions(true, Plan.FACTORED, false, Optional.empty(), Optional.empty());

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
}
