package dev.facet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which server is measured. */
final class ServerJar {
    @Option(names = "--server-jar", description = "quarkus-run.jar (default: the one that the launcher builds).")
    private Path jar;

    Path jar() {
        return jar != null ? jar : Defaults.home().resolve("src/server/target/quarkus-app/quarkus-run.jar");
    }
}
