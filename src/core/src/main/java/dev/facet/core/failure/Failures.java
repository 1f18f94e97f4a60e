package dev.facet.core.failure;

import java.io.EOFException;
import java.nio.BufferUnderflowException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** Turns a failure into the one sentence that the user sees. */
public final class Failures {
    private Failures() {}

    /** The sentence, without names of classes; never empty. */
    public static String describe(Throwable failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "no permission: " + denied.getFile();
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return "exists already: " + existing.getFile();
        }
        if (failure instanceof FileSystemException other && other.getReason() == null) {
            // Its message is the file alone.
            return "%s: %s".formatted(inWords(other.getClass()), other.getFile());
        }
        String message = failure.getMessage();
        if (message != null && !message.isBlank()) {
            return message;
        }
        if (failure instanceof EOFException || failure instanceof BufferUnderflowException) {
            return "ends too early";
        }
        return inWords(failure.getClass());
    }

    /** The simple name of a type as words: {@code closed channel} for {@code ClosedChannelException}. */
    public static String inWords(Class<?> type) {
        String name = type.getSimpleName().replaceAll("(?<=.)(Exception|Error)$", "");
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
