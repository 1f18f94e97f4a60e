package dev.facet.cli;

import dev.facet.core.file.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where {@code -o} says that a result goes: standard output ({@code -}), a folder (one that is there, or a trailing slash), or
 * a file. Only regular files are replaced, whole or not at all; devices and pipes get what is written.
 *
 * @param argument as it was given
 */
record Output(String argument) {
    /** Writes a result. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Whether it is standard output. */
    boolean isStandard() {
        return argument.equals("-");
    }

    /** Whether it is a folder that is there, or is said to be one. */
    boolean isFolder() {
        return !isStandard() && (argument.endsWith("/") || Files.isDirectory(path()));
    }

    Path path() {
        return Path.of(argument);
    }

    /** Writes to standard output or to the file. */
    void write(Content content) throws IOException {
        if (isStandard()) {
            content.writeTo(System.out);
            if (System.out.checkError()) {
                throw new IOException("standard output: can't be written");
            }
            return;
        }
        if (isFolder()) {
            throw new CommandFailure("a folder: out=%s, expected a file".formatted(argument));
        }
        write(path(), content);
    }

    /** Writes to a file. */
    static void write(Path file, Content content) throws IOException {
        AtomicFile.write(file, channel -> content.writeTo(Channels.newOutputStream(channel)));
    }
}
