package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a terminal, where it tells commands so: a terminal of util-linux' {@code script}. */
@EnabledOnOs(OS.LINUX)
class TerminalTest {
    private static final Path IMAGE = ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg");

    @TempDir
    private Path folder;

    /** Where {@code script} is missing or gets no terminal, as in some containers, there is nothing to try. */
    @BeforeAll
    static void thereAreTerminals() throws InterruptedException {
        boolean terminal = false;
        try {
            Process process = inTerminal("test -t 1").redirectErrorStream(true).start();
            process.getInputStream().transferTo(OutputStream.nullOutputStream());
            terminal = process.waitFor() == 0;
        } catch (IOException e) {
            System.out.println("no script of util-linux: " + e.getMessage());
        }
        assumeThat(terminal).as("util-linux' script opens a terminal").isTrue();
    }

    private static ProcessBuilder inTerminal(String command) {
        return new ProcessBuilder("script", "--quiet", "--return", "--command", command, "/dev/null");
    }

    private Process start(Path log, String command) throws IOException {
        Path launcher = Launcher.in(folder.resolve("facet"));
        ProcessBuilder builder = inTerminal(launcher + " " + command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("FACET_") || name.startsWith("QUARKUS_"));
        // script's commands go through this shell, whatever a user's own is.
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().put("FACET_BUILD", "never");
        builder.environment().put("FACET_DATA_DIR", folder.resolve("data").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xmx1g");
        return builder.start();
    }

    @Test
    void theServerStartsInATerminal() throws Exception {
        int port = ServerUnderTest.freePort();
        Path log = folder.resolve("log");
        Process process = start(
                log,
                "serve --host 127.0.0.1 --port %d -Dfacet.engine.threads=1 -Dquarkus.shutdown.delay=0S"
                        .formatted(port));
        try (ServerUnderTest server = ServerUnderTest.ready(process, folder.resolve("data"), port, log)) {
            assertThat(server.answer("edges", Files.readAllBytes(IMAGE))).isNotEmpty();
            // script passes no signals on. Only the server is told to end: the shell between them waits for it, and
            // script for the shell.
            // A server whose shell had ended would be nobody's child, and a container may have no process that collects
            // those.
            ProcessHandle last = process.toHandle()
                    .descendants()
                    .filter(handle -> handle.children().findAny().isEmpty())
                    .findFirst()
                    .orElseThrow();
            assertThat(last.destroy()).isTrue();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(last.isAlive()).isFalse();
        }
    }

    @Test
    void commandsRunInATerminal() throws Exception {
        Path log = folder.resolve("log");
        Path answer = folder.resolve("edges.png");
        int status = start(log, "predict %s --task edges -o %s".formatted(IMAGE, answer))
                .waitFor();

        assertThat(status).as(Files.readString(log)).isZero();
        assertThat(answer).isNotEmptyFile();
    }
}
