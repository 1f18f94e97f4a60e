package dev.facet.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void aFailureLeavesWhatWasThereAndNothingElse() throws IOException {
        Path target = folder.resolve("file");
        AtomicFile.write(target, "before");
        assertThatThrownBy(() -> AtomicFile.write(target, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(target).hasContent("before");
        assertThat(folder).isDirectoryContaining(target::equals).isDirectoryNotContaining("glob:**.partial");
    }

    /** A pack is trained by one account and served by another. */
    @Test
    void filesHaveTheRightsOfAnyOther() throws IOException {
        Path ordinary = Files.writeString(folder.resolve("ordinary"), "text");
        Path target = folder.resolve("below/file");
        AtomicFile.write(target, "text");
        assertThat(Files.getPosixFilePermissions(target)).isEqualTo(Files.getPosixFilePermissions(ordinary));
    }
}
