package dev.facet.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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

    @Test
    void aSymbolicLinkStaysAndItsTargetIsReplaced() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "before");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("below/new"));
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), Files.createDirectory(folder.resolve("real")));

        AtomicFile.write(link, "after");
        AtomicFile.write(dangling, "new");
        AtomicFile.write(linked.resolve("file"), "in a linked folder");

        assertThat(link).isSymbolicLink().hasContent("after");
        assertThat(target).hasContent("after");
        assertThat(dangling).isSymbolicLink();
        assertThat(folder.resolve("below/new")).hasContent("new");
        assertThat(folder.resolve("real/file")).hasContent("in a linked folder");
    }

    @Test
    void aLinkToItselfIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("link"));
        assertThatThrownBy(() -> AtomicFile.write(link, "text")).isInstanceOf(FileSystemLoopException.class);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void devicesAndPipesAreWrittenToAndNotReplaced() throws Exception {
        Path none = Path.of("/dev/null");
        Path full = Path.of("/dev/full");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        AtomicFile.write(none, "text");
        AtomicFile.write(pipe, "text");

        assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo("text");
        assertThatThrownBy(() -> AtomicFile.write(full, "text")).isInstanceOf(IOException.class);
        for (Path special : new Path[] {none, full, pipe}) {
            assertThat(Files.readAttributes(special, BasicFileAttributes.class).isOther())
                    .as(special.toString())
                    .isTrue();
        }
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> AtomicFile.write(folder, "text"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a folder");
    }
}
