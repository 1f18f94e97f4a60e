package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackStoreTest {
    @TempDir
    private Path models;

    private Path file(String name) throws IOException {
        Path file = models.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "not read");
    }

    @Test
    void seedFilesAreNeitherTheBankInUseNorTheDefaultOne() throws IOException {
        Path normals = file("normals.safetensors");
        Path edges = file("edges.safetensors");
        file("bank.safetensors");
        file("README.md");
        file("extra/streets.safetensors");
        Path second = file("second.safetensors");
        assertThat(PackStore.seedFiles(models, models.resolve("extra/../second.safetensors")))
                .containsExactly(edges, normals);
        assertThat(PackStore.seedFiles(models, models.resolve("bank.safetensors")))
                .containsExactly(edges, normals, second);
    }

    @Test
    void aFolderThatIsNotThereHasNoSeedFiles() throws IOException {
        assertThat(PackStore.seedFiles(models.resolve("absent"), models.resolve("bank.safetensors")))
                .isEmpty();
    }
}
