package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the container images run, in a folder that looks like theirs. */
@EnabledOnOs(OS.LINUX)
class ContainerTest {
    private static final Path SCRIPTS = ServerUnderTest.ROOT.resolve("src/server/container");
    private static final Path APPLICATION = ServerUnderTest.ROOT.resolve("src/server/target/quarkus-app");
    private static final Path IMAGE = ServerUnderTest.ROOT.resolve("docs/images/astronaut.jpg");

    @TempDir
    private Path folder;

    private Path image;

    @BeforeEach
    void layOut() throws IOException {
        assumeThat(Files.isDirectory(APPLICATION))
                .as("the server is packaged (mvn verify does it)")
                .isTrue();
        image = Files.createDirectories(folder.resolve("facet"));
        Files.copy(SCRIPTS.resolve("serve"), image.resolve("serve"));
        copy(APPLICATION, image.resolve("app"));
    }

    @Test
    void theEntryPointTakesSettingsAndPassesTheSignalOn() throws Exception {
        Path data = folder.resolve("data");
        Path log = folder.resolve("log");
        int port = ServerUnderTest.freePort();
        Process process = serve(data, log, port, "-Dfacet.engine.threads=1", "-Dquarkus.shutdown.delay=0S");
        try (ServerUnderTest server = ServerUnderTest.ready(process, data, port, log)) {
            server.answer("edges", Files.readAllBytes(IMAGE));
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("128 + SIGTERM").isEqualTo(143);
        }
        assertThat(Files.readString(log)).contains("threads=1").contains("stopping:");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_25, disabledReason = "caches are made in one go from JDK 25 on")
    void theFirstRunLeavesACacheThatTheNextStartTakes() throws Exception {
        Path log = folder.resolve("log");
        Process first = start(
                log,
                folder.resolve("unused"),
                "bash",
                SCRIPTS.resolve("first-run").toString(),
                image.toString(),
                ServerUnderTest.ROOT.resolve("models").toString(),
                IMAGE.toString(),
                Integer.toString(ServerUnderTest.freePort()));
        assertThat(first.waitFor()).as(() -> log + ": " + read(log)).isZero();
        assertThat(image.resolve("app/facet.aot")).isNotEmptyFile();
        assertThat(folder.resolve("unused")).doesNotExist();

        Path data = folder.resolve("data");
        int port = ServerUnderTest.freePort();
        // In this mode a JVM that can't use the cache doesn't start.
        Process process = serve(data, log, port, "-XX:AOTMode=on", "-Dfacet.engine.threads=1");
        try (ServerUnderTest server = ServerUnderTest.ready(process, data, port, log)) {
            server.answer("edges", Files.readAllBytes(IMAGE));
        }
    }

    private Process serve(Path data, Path log, int port, String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                image.resolve("serve").toString(),
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dfacet.engine.device=cpu"));
        command.addAll(List.of(settings));
        return start(log, data, command.toArray(String[]::new));
    }

    private static Process start(Path log, Path data, String... command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FACET_") || name.startsWith("QUARKUS_"));
        builder.environment().merge("PATH", System.getProperty("java.home") + "/bin:", (path, java) -> java + path);
        builder.environment().put("JAVA_OPTS", "-Xmx512m");
        builder.environment()
                .put("FACET_MODELS_DIR", ServerUnderTest.ROOT.resolve("models").toString());
        builder.environment().put("FACET_DATA_DIR", data.toString());
        return builder.start();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
