package dev.facet.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: a temporary file beside it, fsync, then an atomic move. Only regular files are replaced:
 * what is written to a symbolic link goes to its target, and to a device or a pipe as it comes.
 */
public final class AtomicFile {
    /** Writes the content of the temporary file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /** As many links as a path may lead through. */
    private static final int MAX_LINKS = 40;

    /**
     * Replaces {@code target} by what {@code content} writes. On any failure a regular file is as it was.
     *
     * @throws IOException if it can't be written
     */
    public static void write(Path target, Content content) throws IOException {
        if (Files.isDirectory(target)) {
            throw new FileSystemException(target.toString(), null, "is a folder, expected a file");
        }
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
            }
            return;
        }
        replace(withoutLinks(target.toAbsolutePath()), content);
    }

    private static Path withoutLinks(Path path) throws IOException {
        Path target = path;
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MAX_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    private static void replace(Path absolute, Content content) throws IOException {
        Path folder = absolute.getParent();
        // Not createDirectories alone: in Java 17 it refuses a symbolic link to a folder.
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        // Not createTempFile: its files are their owner's alone, and so the target would be.
        Path temporary = folder.resolve(".%s.%s.partial".formatted(absolute.getFileName(), UUID.randomUUID()));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(folder);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Replaces {@code target} by these bytes; on any failure it is as it was. */
    public static void write(Path target, byte[] bytes) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(bytes);
        write(target, channel -> {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        });
    }

    /** Replaces {@code target} by a text in UTF-8; on any failure it is as it was. */
    public static void write(Path target, String text) throws IOException {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Makes a rename in that folder durable, where the file system lets a folder be opened. */
    public static void syncFolder(Path folder) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
