package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    void seedFilesAreNeitherTheBankInUseNorTheDefaultOneNorTheirCalibrations() throws IOException {
        Path normals = file("normals.safetensors");
        Path edges = file("edges.safetensors");
        file("bank.safetensors");
        file("bank-int8.safetensors");
        file("README.md");
        file("extra/streets.safetensors");
        Path second = file("second.safetensors");
        Path calibration = file("second-int8.safetensors");
        assertThat(PackStore.seedFiles(models, models.resolve("extra/../second.safetensors")))
                .containsExactly(edges, normals);
        assertThat(PackStore.seedFiles(models, models.resolve("bank.safetensors")))
                .containsExactly(edges, normals, calibration, second);
    }

    @Test
    void hiddenFilesFoldersAndCopiesAreNoSeedFiles() throws IOException {
        Path edges = file("edges.safetensors");
        for (String name : List.of(
                ".edges.safetensors",
                "._edges.safetensors",
                "edges (1).safetensors",
                "edges - Copy.safetensors",
                "edges copy.safetensors",
                "edges.safetensors~",
                "edges.safetensors.bak",
                "edges.safetensors.crdownload",
                "~$edges.safetensors",
                "folder.safetensors/inside.txt")) {
            file(name);
        }
        assertThat(PackStore.seedFiles(models, models.resolve("bank.safetensors")))
                .containsExactly(edges);
    }

    @Test
    void aFolderThatIsNotThereHasNoSeedFiles() throws IOException {
        assertThat(PackStore.seedFiles(models.resolve("absent"), models.resolve("bank.safetensors")))
                .isEmpty();
    }
}
