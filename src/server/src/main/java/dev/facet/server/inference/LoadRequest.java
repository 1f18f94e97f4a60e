package dev.facet.server.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a request to load a model brings along.
 *
 * @param config the model's configuration, JSON
 * @param files that were uploaded; they lie in temporary files, which go when this is closed
 */
public record LoadRequest(Optional<String> config, List<UploadedFile> files) implements AutoCloseable {
    /** Nothing. */
    public static final LoadRequest EMPTY = new LoadRequest(Optional.empty(), List.of());

    public LoadRequest {
        files = List.copyOf(files);
    }

    /**
     * A file.
     *
     * @param version folder that it stands in
     * @param name its name
     * @param content where its bytes lie
     */
    public record UploadedFile(String version, String name, Path content) {}

    @Override
    public void close() throws IOException {
        for (UploadedFile file : files) {
            Files.deleteIfExists(file.content());
        }
    }
}
