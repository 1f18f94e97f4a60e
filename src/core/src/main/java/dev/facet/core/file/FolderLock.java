package dev.facet.core.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The right to write into a folder: one holder at a time, of this process or another. The system gives it back when a process
 * dies; its file, {@code .lock}, stays.
 */
public final class FolderLock implements AutoCloseable {
    private final FileChannel file;

    private FolderLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a folder, which is made if needed.
     *
     * @return empty where another holder has it
     */
    public static Optional<FolderLock> take(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel file =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
            return lock == null ? Optional.empty() : Optional.of(new FolderLock(file));
        } catch (OverlappingFileLockException e) {
            // Held within this process: the same to the caller as by another one.
            return Optional.empty();
        } finally {
            if (lock == null) {
                file.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
