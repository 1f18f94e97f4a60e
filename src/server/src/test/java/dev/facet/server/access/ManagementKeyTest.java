package dev.facet.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagementKeyTest {
    @TempDir
    private Path folder;

    @Test
    void isMadeOnceForItsOwnerOnly() throws IOException {
        Path file = folder.resolve("data").resolve(ManagementKey.FILE);
        String key = ManagementKey.readOrMake(file);
        assertThat(Base64.getUrlDecoder().decode(key)).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ManagementKey.readOrMake(file)).isEqualTo(key);
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
        assertThat(ManagementKey.readOrMake(folder.resolve("other").resolve(ManagementKey.FILE)))
                .isNotEqualTo(key);
    }

    @Test
    void mayBeTheOperatorsOwn() throws IOException {
        Path file = Files.writeString(folder.resolve(ManagementKey.FILE), "a key of my own\r\n");
        assertThat(ManagementKey.readOrMake(file)).isEqualTo("a key of my own");
    }

    @Test
    void isNeverEmpty() throws IOException {
        Path file = Files.writeString(folder.resolve(ManagementKey.FILE), " \n");
        assertThatThrownBy(() -> ManagementKey.readOrMake(file)).hasMessageContaining("empty");
        Files.write(file, new byte[5000]);
        assertThatThrownBy(() -> ManagementKey.readOrMake(file)).hasMessageContaining("too long");
    }
}
