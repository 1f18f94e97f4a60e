package dev.facet.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file whole or not at all: a temporary file beside it, fsync, then an atomic move. */
public final class AtomicFile {
    /** Writes the content of the temporary file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Replaces {@code target} by what {@code content} writes. On any failure the target is as it was.
     *
     * @throws IOException if it can't be written
     */
    public static void write(Path target, Content content) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path folder = absolute.getParent();
        Files.createDirectories(folder);
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
