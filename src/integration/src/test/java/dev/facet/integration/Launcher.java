package dev.facet.integration;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The launcher over what is built already: a folder that looks like the repository's, where it never builds anything. */
final class Launcher {
    private Launcher() {}

    /** Prepares a folder, which doesn't exist yet, and returns the launcher in it. */
    static Path in(Path folder) throws IOException {
        for (String module : List.of("server", "cli", "trainer")) {
            Path built = ServerUnderTest.ROOT.resolve("src/" + module + "/target");
            Path target = Files.createDirectories(folder.resolve("src/" + module + "/target"));
            List<String> parts = module.equals("server") ? List.of("quarkus-app") : List.of("classes", "classpath");
            for (String part : parts) {
                assumeThat(Files.exists(built.resolve(part)))
                        .as("%s is packaged (mvn verify does it)", module)
                        .isTrue();
                Files.createSymbolicLink(target.resolve(part), built.resolve(part));
            }
            Files.writeString(target.resolve(".built"), "\n");
        }
        Files.createSymbolicLink(folder.resolve("models"), ServerUnderTest.ROOT.resolve("models"));
        return Files.copy(ServerUnderTest.ROOT.resolve("facet"), folder.resolve("facet"));
    }
}
