package dev.facet.cli.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.core.pack.PackReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PackFileTest {
    private static byte[] file;

    @BeforeAll
    static void readPack() throws IOException {
        file = Files.readAllBytes(Path.of(System.getProperty("facet.root", "../.."), "models/edges.safetensors"));
    }

    @Test
    void aCopyUnderAnotherNameIsASoundPackWithTheSameTensors() throws IOException {
        ModulatorPack pack = PackReader.readUnbound(PackFile.parse(file).copy("other", "7", "remark"));
        assertThat(pack.manifest().name()).isEqualTo("other");
        assertThat(pack.manifest().version()).isEqualTo("7");
        ModulatorPack original = PackReader.readUnbound(file);
        assertThat(pack.tensors().keySet()).isEqualTo(original.tensors().keySet());
        pack.tensors()
                .forEach((name, tensor) -> assertThat(tensor.data())
                        .as(name)
                        .isEqualTo(original.tensor(name).data()));
    }

    @Test
    void damageToAManifestIsFoundBehindTheCheckOfTheDigest() throws IOException {
        PackFile pack = PackFile.parse(file);
        byte[] damaged = pack.withManifest(pack.manifest().replace("\"outputStride\":16", "\"outputStride\":17"));
        assertThatThrownBy(() -> PackReader.readUnbound(damaged))
                .isInstanceOfSatisfying(
                        PackException.class, e -> assertThat(e.fault()).isEqualTo(PackFault.BAD_MANIFEST));
    }
}
