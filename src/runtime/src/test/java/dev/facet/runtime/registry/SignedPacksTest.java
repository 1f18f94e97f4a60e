package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.runtime.engine.RandomNetworks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signatures are stored beside packs and asked for whenever a pack is read. */
class SignedPacksTest {
    private static final RegistrySettings SIGNED =
            new RegistrySettings(RegistryFixture.LIMITS, TestKeys.ONE.trusted(), List.of(), List.of());
    private static final RegistrySettings UNSIGNED = RegistrySettings.of(RegistryFixture.LIMITS);

    private static byte[] edges1;
    private static byte[] normals1;
    private static byte[] normals2;

    @TempDir
    Path folder;

    private RegistryFixture fixture;

    @BeforeAll
    static void makePacks() {
        edges1 = RegistryFixture.pack("edges@1", RandomNetworks.EDGES, 1);
        normals1 = RegistryFixture.pack("normals@1", RandomNetworks.NORMALS, 3);
        normals2 = RegistryFixture.pack("normals@2", RandomNetworks.NORMALS, 4);
    }

    @BeforeEach
    void prepare() throws IOException {
        fixture = new RegistryFixture(folder);
        fixture.set(SIGNED);
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

    private static byte[] text(DetachedSignature signature) {
        return signature.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PackException.class, e -> assertThat(e.fault()).isEqualTo(PackFault.BAD_SIGNATURE));
    }

    @Test
    void anUploadIsStoredWithItsSignatureAndAnswersAfterARestart() throws IOException {
        open();
        refused(() -> fixture.plug("normals@1", normals1));
        refused(() -> fixture.plug("normals@1", normals1, TestKeys.TWO.signed(normals1)));
        refused(() -> fixture.plug("normals@1", normals1, TestKeys.ONE.signed(normals2)));
        fixture.plug("normals@1", normals1, TestKeys.ONE.signed(normals1));
        assertThat(fixture.stored("normals/1.sig")).hasContent(TestKeys.ONE.sign(normals1) + "\n");
        PackRegistry registry = open();
        assertThat(registry.failures()).isEmpty();
        assertThat(fixture.answer("normals@1")).isNotEmpty();
        assertThat(registry.signature(PackId.parse("normals@1"))).contains(TestKeys.ONE.sign(normals1));
        registry.remove(PackId.parse("normals@1"));
        assertThat(fixture.stored("normals")).isEmptyDirectory();
    }

    @Test
    void aSignatureThatIsMissingOrOfAnotherKeyIsAFailureOfThatPack() throws IOException {
        fixture.set(UNSIGNED);
        open();
        fixture.plug("normals@1", normals1);
        fixture.plug("normals@2", normals2);
        fixture.close();
        Files.write(fixture.stored("normals/2.sig"), text(TestKeys.TWO.sign(normals2)));
        fixture.set(SIGNED);
        PackRegistry registry = open();
        assertThat(registry.failures())
                .extracting(PackFailure::pack)
                .containsExactlyInAnyOrder("normals@1", "normals@2");
        assertThat(registry.failures())
                .allSatisfy(failure -> assertThat(failure.reason()).contains("BAD_SIGNATURE"));
        fixture.plug("normals@1", normals1, TestKeys.ONE.signed(normals1));
        fixture.plug("normals@2", normals2, TestKeys.ONE.signed(normals2));
        assertThat(registry.failures()).isEmpty();
        assertThat(open().failures()).isEmpty();
    }

    @Test
    void seedsAreAskedForSignaturesToo() throws IOException {
        fixture.seed("edges.safetensors", edges1);
        fixture.seed("edges.sig", text(TestKeys.ONE.sign(edges1)));
        fixture.seed("normals.safetensors", normals1);
        fixture.seed("other.safetensors", normals2);
        fixture.seed("other.sig", text(TestKeys.TWO.sign(normals2)));
        PackRegistry registry = open();
        assertThat(fixture.answer("edges@1")).isNotEmpty();
        assertThat(registry.failures())
                .extracting(PackFailure::pack)
                .containsExactlyInAnyOrder("normals@1", "normals@2");
        assertThat(registry.signature(PackId.parse("edges@1"))).contains(TestKeys.ONE.sign(edges1));
    }

    @Test
    void withoutKeysASignatureCannotBeChecked() throws IOException {
        fixture.set(UNSIGNED);
        open();
        refused(() -> fixture.plug("normals@1", normals1, TestKeys.ONE.signed(normals1)));
        assertThatThrownBy(() -> TrustedKeys.of(List.of("bm9uZQ==")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Ed25519");
    }
}
