package dev.facet.server.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** Gives a test server synthetic models and an empty data directory, and removes both afterwards. */
public final class ModelsResource implements QuarkusTestResourceLifecycleManager {
    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("facet-test");
            SyntheticModels.write(folder.resolve("models"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "facet.models.dir",
                folder.resolve("models").toString(),
                "facet.data.dir",
                folder.resolve("data").toString(),
                "facet.engine.device",
                "cpu",
                "facet.engine.threads",
                "1");
    }

    @Override
    public void stop() {
        if (folder == null) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
