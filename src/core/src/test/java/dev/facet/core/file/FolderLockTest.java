package dev.facet.core.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    @TempDir
    Path folder;

    @Test
    void aFolderHasOneHolderAtATime() throws IOException {
        Path made = folder.resolve("made/when/needed");
        try (FolderLock held = FolderLock.take(made).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThat(FolderLock.take(made)).isEmpty();
        }
        try (FolderLock next = FolderLock.take(made).orElseThrow()) {
            assertThat(next).isNotNull();
        }
    }
}
