package dev.facet.trainer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The right to write into the folder of a run: one run at a time, of this process or another. A process that dies gives it back. */
final class FolderLock implements AutoCloseable {
    private final FileChannel file;

    private FolderLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a folder, which is made if needed.
     *
     * @return empty where another run has it
     */
    static Optional<FolderLock> take(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel file =
                FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another run of this process has it: as with one of another process.
            lock = null;
        } finally {
            if (lock == null) {
                file.close();
            }
        }
        return lock == null ? Optional.empty() : Optional.of(new FolderLock(file));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
