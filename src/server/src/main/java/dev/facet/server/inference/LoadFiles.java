package dev.facet.server.inference;

import dev.facet.runtime.registry.PackStore;
import dev.facet.server.configuration.FacetConfiguration;
import dev.facet.server.inference.LoadRequest.UploadedFile;
import dev.facet.server.problem.Problem;
import dev.facet.server.problem.ProblemCode;
import dev.facet.server.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the files of requests to load a model aside, from parameters named {@code file:VERSION/NAME}. Thread-safe. */
@ApplicationScoped
public class LoadFiles {
    /** What the name of such a parameter begins with. */
    public static final String PREFIX = "file:";

    private static final Pattern NAME = Pattern.compile(PREFIX + "([0-9]{1,9})/([A-Za-z0-9_][A-Za-z0-9._-]{0,127})");

    private final PackStore store;
    private final long limit;

    LoadFiles(PackStore store, FacetConfiguration configuration) {
        this.store = store;
        this.limit = configuration.limits().packBytes().asLongValue();
    }

    /** Writes a file's bytes. */
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Puts one file aside.
     *
     * @return the caller deletes it
     * @throws ProblemException 400 for a parameter that has another name, 413 for a file above the limit of a pack
     */
    public UploadedFile store(String parameter, Writer content) throws IOException {
        Matcher name = NAME.matcher(parameter);
        if (!name.matches()) {
            throw ProblemException.parameter("parameters", parameter, "file:VERSION/NAME with the version's digits");
        }
        Path file = store.newUpload();
        try (OutputStream out = new Bounded(Files.newOutputStream(file))) {
            content.writeTo(out);
            return new UploadedFile(name.group(1), name.group(2), file);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private final class Bounded extends FilterOutputStream {
        private long written;

        Bounded(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
            written += count;
            if (written > limit) {
                throw new ProblemException(new Problem(
                                413,
                                ProblemCode.TOO_LARGE,
                                "file too large: expected at most %d bytes".formatted(limit))
                        .with("limit", limit));
            }
            out.write(bytes, offset, count);
        }
    }
}
