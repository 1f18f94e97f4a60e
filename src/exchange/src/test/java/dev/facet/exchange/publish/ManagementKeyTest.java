package dev.facet.exchange.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementKeyTest {
    @TempDir
    private Path folder;

    @Test
    void aFileOutdoesTheEnvironment() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "secret\n");
        assertThat(ManagementKey.find(file)).contains("secret");
        assertThatThrownBy(() -> ManagementKey.find(folder.resolve("absent"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void withoutAFileItIsTheEnvironments() throws IOException {
        Optional<String> environment =
                Optional.ofNullable(System.getenv("FACET_MANAGEMENT_KEY")).filter(key -> !key.isEmpty());
        assertThat(ManagementKey.find(null)).isEqualTo(environment);
    }
}
