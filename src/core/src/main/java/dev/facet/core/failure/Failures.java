package dev.facet.core.failure;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Turns a failure into the one sentence that the user sees. */
public final class Failures {
    private Failures() {}

    /** The sentence; never null. */
    public static String describe(Exception failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "no such file: " + missing.getFile();
        }
        if (failure instanceof AccessDeniedException denied) {
            return "no permission: " + denied.getFile();
        }
        if (failure instanceof FileAlreadyExistsException existing) {
            return "exists already: " + existing.getFile();
        }
        if (failure instanceof IOException && failure.getMessage() == null) {
            return failure.getClass().getSimpleName();
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
