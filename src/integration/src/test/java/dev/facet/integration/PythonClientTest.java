package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python client's own tests, against the packaged server. Skipped where Python has none of the libraries that the client uses. */
class PythonClientTest {
    private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

    @TempDir
    static Path data;

    @Test
    void theClientsTestsPass() throws IOException, InterruptedException {
        assumeThat(hasLibraries())
                .as("%s has httpx, numpy and PIL (the environment variable PYTHON names another)", PYTHON)
                .isTrue();
        try (ServerUnderTest server = ServerUnderTest.start(data)) {
            Run tests = run(
                    Map.of(
                            "FACET_SERVER", server.address(),
                            "FACET_KEY", server.authorization().substring("Bearer ".length()),
                            "FACET_PACK",
                                    ServerUnderTest.ROOT
                                            .resolve("models/extra/streets.safetensors")
                                            .toString()),
                    "-m",
                    "unittest",
                    "discover",
                    "tests");
            assertThat(tests.exitCode()).as(tests.output()).isZero();
            assertThat(tests.output()).contains("OK").doesNotContain("skipped", "Ran 0 tests");
        }
    }

    private static boolean hasLibraries() throws InterruptedException {
        try {
            return run(Map.of(), "-c", "import httpx, numpy, PIL").exitCode() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private record Run(int exitCode, String output) {}

    private static Run run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(PYTHON).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.directory(ServerUnderTest.ROOT.resolve("src/python").toFile());
        builder.environment().putAll(environment);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), output);
    }
}
