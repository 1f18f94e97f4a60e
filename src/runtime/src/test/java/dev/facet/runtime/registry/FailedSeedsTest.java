package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.PackWriter;
import dev.facet.runtime.engine.EngineOptions;
import dev.facet.runtime.engine.RandomNetworks;
import dev.facet.runtime.engine.ort.OrtEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A seed that can't be served is a failure that an upload or a removal clears, and whose file is never touched. */
class FailedSeedsTest {
    private static byte[] edges1;
    private static byte[] normals1;

    @TempDir
    Path folder;

    private RegistryFixture fixture;

    @BeforeAll
    static void makePacks() {
        edges1 = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        normals1 = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 3);
    }

    @BeforeEach
    void prepare() throws IOException {
        fixture = new RegistryFixture(folder);
        fixture.seed("edges.safetensors", edges1);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    private PackRegistry open() throws IOException {
        PackRegistry registry = fixture.open();
        registry.started().join();
        return registry;
    }

    private static byte[] brokenValues(byte[] pack) {
        byte[] broken = pack.clone();
        broken[broken.length - 5] ^= 4;
        return broken;
    }

    @Test
    void anUnreadableFileIsNamedByItsFileAndClearedByAnUploadOfThatName() throws IOException {
        fixture.seed("normals.safetensors", Arrays.copyOf(normals1, 1000));
        PackRegistry registry = open();
        assertThat(registry.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.pack()).isEqualTo("normals.safetensors"));
        assertThatThrownBy(() -> registry.acquire("normals")).isInstanceOf(PackUnavailableException.class);
        assertThat(fixture.answer("edges@1")).isNotEmpty();
        fixture.plug("normals@1", normals1);
        assertThat(registry.failures()).isEmpty();
        assertThat(fixture.answer("normals@1")).isNotEmpty();
        assertThat(open().failures()).isEmpty();
    }

    @Test
    void anUnreadableFileIsDismissedByItsNameAndStays() throws IOException {
        fixture.seed("normals.safetensors", Arrays.copyOf(normals1, 1000));
        PackRegistry registry = open();
        registry.dismiss("normals");
        assertThat(registry.failures()).isEmpty();
        assertThatThrownBy(() -> registry.dismiss("normals")).isInstanceOf(UnknownPackException.class);
        assertThatThrownBy(() -> registry.dismiss("edges")).isInstanceOf(UnknownPackException.class);
        PackRegistry again = open();
        assertThat(again.failures()).isEmpty();
        assertThat(folder.resolve("models/normals.safetensors")).exists();
        // The good file in its place is served.
        fixture.seed("normals.safetensors", normals1);
        assertThat(open().packs()).hasSize(2);
    }

    @Test
    void aSeedWithBrokenValuesIsReplacedByAnUploadWhateverItsFileIsCalled() throws IOException {
        fixture.seed("something-else.safetensors", brokenValues(normals1));
        PackRegistry registry = open();
        assertThat(registry.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.pack()).isEqualTo("normals@1"));
        assertThatThrownBy(() -> registry.acquireDefault("normals", Route.random()))
                .isInstanceOf(PackUnavailableException.class);
        assertThat(fixture.plug("normals@1", normals1).created()).isTrue();
        assertThat(registry.failures()).isEmpty();
        assertThat(fixture.answer("normals@1")).isNotEmpty();
        assertThat(registry.pack(PackId.parse("normals@1")).seed()).isFalse();
        assertThat(open().failures()).isEmpty();
    }

    @Test
    void aSeedOfAnotherBankIsRemovedByTheAddressThatItClaims() throws IOException {
        try (CountingEngine other = new CountingEngine(OrtEngine.open(RandomNetworks.bank(99), EngineOptions.cpu(1)))) {
            byte[] foreign =
                    PackWriter.toBytes(Packs.small(other, PackId.parse("normals@7"), RandomNetworks.NORMALS, 3));
            fixture.seed("foreign.safetensors", foreign);
        }
        PackRegistry registry = open();
        assertThat(registry.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.pack()).isEqualTo("normals@7");
            assertThat(failure.file()).isEqualTo("foreign.safetensors");
            assertThat(failure.reason()).contains("WRONG_BANK");
            assertThat(failure.otherBank()).as("it isn't damaged").isTrue();
        });
        registry.remove(PackId.parse("normals@7"));
        assertThat(registry.failures()).isEmpty();
        assertThat(open().failures()).isEmpty();
        assertThat(folder.resolve("models/foreign.safetensors")).exists();
    }

    @Test
    void aSecondSeedOfTheSameAddressIsAFailureUntilThatIsRemoved() throws IOException {
        fixture.seed("zebra.safetensors", edges1);
        PackRegistry registry = open();
        assertThat(registry.failures()).hasSize(1);
        assertThat(fixture.answer("edges@1")).isNotEmpty();
        fixture.plug("edges@1", edges1);
        assertThat(registry.failures()).isEmpty();
    }
}
