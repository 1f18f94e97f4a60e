package dev.facet.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void saysWhatIsWrongWithAFile() {
        assertThat(Failures.describe(new NoSuchFileException("a"))).isEqualTo("no such file: a");
        assertThat(Failures.describe(new AccessDeniedException("a"))).isEqualTo("no permission: a");
        assertThat(Failures.describe(new FileAlreadyExistsException("a"))).isEqualTo("exists already: a");
        assertThat(Failures.describe(new NotDirectoryException("a"))).isEqualTo("not directory: a");
        assertThat(Failures.describe(new FileSystemException("a", null, "Is a directory")))
                .isEqualTo("a: Is a directory");
    }

    @Test
    void hasWordsWhereThereIsNoMessage() {
        assertThat(Failures.describe(new IOException("gone"))).isEqualTo("gone");
        assertThat(Failures.describe(new EOFException())).isEqualTo("ends too early");
        assertThat(Failures.describe(new BufferUnderflowException())).isEqualTo("ends too early");
        assertThat(Failures.describe(new ClosedChannelException())).isEqualTo("closed channel");
        assertThat(Failures.describe(new StackOverflowError())).isEqualTo("stack overflow");
        assertThat(Failures.describe(new RuntimeException(" "))).isEqualTo("runtime");
        assertThat(Failures.describe(new Exception())).isEqualTo("exception");
    }
}
