package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A native library that reads the process's own command line must bear a long one: one did not, and ended the process. */
class LongCommandLineTest {
    private static final int OPTION = 1000;

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(ints = {5_000, 100_000})
    void theServerAnswersAsUsualWithLongOptions(int bytes) throws Exception {
        byte[] image = Files.readAllBytes(ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg"));
        byte[] usual;
        try (ServerUnderTest server = ServerUnderTest.start(data)) {
            usual = server.answer("edges", image);
        }
        try (ServerUnderTest server = ServerUnderTest.start(data, padding(bytes))) {
            Path commandLine =
                    Path.of("/proc/%d/cmdline".formatted(server.process().pid()));
            if (Files.exists(commandLine)) {
                assertThat(Files.readAllBytes(commandLine)).hasSizeGreaterThan(bytes);
            }
            assertThat(server.answer("edges", image)).isEqualTo(usual);
        }
    }

    /** Options that mean nothing, of that many bytes in all. */
    private static String[] padding(int bytes) {
        return IntStream.range(0, bytes / OPTION)
                .mapToObj(i -> "-Dpadding.%03d=%s".formatted(i, "x".repeat(OPTION - 17)))
                .toArray(String[]::new);
    }
}
