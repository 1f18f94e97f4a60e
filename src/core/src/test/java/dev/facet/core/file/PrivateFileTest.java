package dev.facet.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFileTest {
    @TempDir
    private Path folder;

    @Test
    void isItsOwnersAlone() throws IOException {
        Path file = folder.resolve("secret");
        PrivateFile.create(file, "é\n");
        assertThat(file).content(StandardCharsets.UTF_8).isEqualTo("é\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PrivateFile.isOpenToOthers(file)).isFalse();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(PrivateFile.isOpenToOthers(file)).isTrue();
    }

    @Test
    void replacesNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
        assertThatThrownBy(() -> PrivateFile.create(file, "new")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> PrivateFile.create(link, "new")).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> PrivateFile.create(folder.resolve("absent/secret"), "new"))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(file).hasContent("old");
        assertThat(folder.resolve("elsewhere")).doesNotExist();
    }
}
