package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing is written and nobody is called that the pages don't name: seen from below, at the system calls of the commands as a
 * user starts them. Docs: "What is written, and who is called" in docs/configuration.md.
 */
@EnabledOnOs(OS.LINUX)
class SideEffectsTest {
    private static final Path IMAGE = ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg");

    @TempDir
    private Path folder;

    private Path launcher;
    private Path temporary;
    private Path calls;

    @BeforeEach
    void prepare() throws Exception {
        assumeThat(canTrace())
                .as("strace is there and may trace (Debian: apt-get install strace)")
                .isTrue();
        folder = folder.toRealPath();
        temporary = Files.createDirectories(folder.resolve("temporary"));
        calls = Files.createDirectories(folder.resolve("calls"));
        launcher = Launcher.in(folder.resolve("facet"));
    }

    private static boolean canTrace() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void theServerWritesItsDataFolderAndCallsNobody() throws Exception {
        Path data = folder.resolve("data");
        int port = ServerUnderTest.freePort();
        Path log = folder.resolve("log");
        Process process = start(
                log,
                "serve",
                "--host",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "-Dfacet.engine.device=cpu",
                "-Dfacet.engine.threads=1",
                "-Dquarkus.shutdown.delay=0S");
        ProcessHandle traced = process.toHandle();
        try (ServerUnderTest server = ServerUnderTest.ready(process, data, port, log)) {
            server.answer("edges", Files.readAllBytes(IMAGE));
            for (String page : List.of("/", "/q/swagger-ui/", "/q/swagger-ui/swagger-ui-bundle.js", "/metrics")) {
                assertThat(server.get(page).statusCode()).as(page).isEqualTo(200);
            }
            // strace ends with what it traces.
            traced.children().forEach(ProcessHandle::destroy);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertNothingElse(data.resolve("management.key"), data);
    }

    @Test
    void predictWritesItsAnswerAndCallsNobody() throws Exception {
        Path answer = Files.createDirectories(folder.resolve("answers")).resolve("edges.png");
        run("predict", IMAGE.toString(), "--task", "edges", "-o", answer.toString());

        assertNothingElse(answer, answer.getParent());
    }

    @Test
    void trainWritesItsFolderAndLibtorchsCacheAndCallsNobody() throws Exception {
        Path config = TinyDataset.write(folder);
        Path out = folder.resolve("run");
        String bank = ServerUnderTest.ROOT.resolve("models/bank.safetensors").toString();
        run("train", "--config", config.toString(), "--out", out.toString(), "--set", "model.bank=" + bank);

        assertThat(out.resolve("mytask.safetensors")).exists();
        assertNothingElse(out.resolve("mytask.safetensors"), out, folder.resolve("libtorch"));
    }

    @Test
    void whatIsWrittenElsewhereOrSentAwayIsSeen() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        ProcessBuilder builder = new ProcessBuilder(SystemCalls.traced(
                calls,
                List.of("bash", "-c", "echo > file; mkdir made; mv file made/moved; cat made/moved > /dev/null")));
        assertThat(builder.directory(elsewhere.toFile()).start().waitFor()).isZero();

        List<Path> seen = SystemCalls.read(calls).writtenOutside(folder.resolve("answers"));
        assertThat(seen).anyMatch(path -> path.endsWith("file")).anyMatch(path -> path.endsWith("made/moved"));

        SystemCalls sent = SystemCalls.of(List.of(
                "connect(5<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"192.0.2.1\")}, 16) = 0",
                "connect(5<socket:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0",
                "connect(5, {sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr)}, 28) = -1",
                "sendto(5, \"inet_addr\", 9, 0, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 110) = 9"));
        assertThat(sent.calledElsewhere()).containsExactly("192.0.2.1", "2001:db8::1");
    }

    private void run(String... arguments) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        assertThat(start(log, arguments).waitFor())
                .as(() -> log.toString() + ":\n" + read(log))
                .isZero();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Starts the launcher as a user would, not as a build machine, whose variable CI silences some libraries. */
    private Process start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(SystemCalls.traced(calls, command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.equals("CI")
                        || name.equals("OPT_OUT_TRACKING")
                        || name.startsWith("FACET_")
                        || name.startsWith("QUARKUS_")
                        || name.startsWith("DJL_"));
        builder.environment().put("FACET_BUILD", "never");
        builder.environment().put("FACET_DATA_DIR", folder.resolve("data").toString());
        builder.environment().put("DJL_CACHE_DIR", folder.resolve("libtorch").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", "-Xmx1g -Djava.io.tmpdir=" + temporary);
        return builder.start();
    }

    private void assertNothingElse(Path expected, Path... folders) throws IOException {
        SystemCalls seen = SystemCalls.read(calls);
        assertThat(seen.written()).as("the tracing works").contains(expected);
        List<Path> allowed = new ArrayList<>(List.of(folders));
        allowed.add(temporary);
        assertThat(seen.writtenOutside(allowed.toArray(Path[]::new))).isEmpty();
        assertThat(temporary).as("what was temporary is gone").isEmptyDirectory();
        assertThat(seen.calledElsewhere()).isEmpty();
    }
}
