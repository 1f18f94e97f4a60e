package dev.facet.runtime.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a process of their own, since the pool is made with the first engine of a process. */
class SharedThreadsTest {
    private static final int SESSIONS = 6;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    @EnabledOnOs(OS.LINUX)
    void threadsDoNotGrowWithSessionsAndBitsAreThoseOfOneThread(int threads) throws Exception {
        String said = run(threads);
        MatchResult result = Pattern.compile("first=(\\d+) last=(\\d+) same=(\\w+)")
                .matcher(said)
                .results()
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
        assertThat(Integer.parseInt(result.group(2))).isLessThanOrEqualTo(Integer.parseInt(result.group(1)));
        assertThat(result.group(3)).isEqualTo("true");
    }

    private static String run(int threads) throws IOException, InterruptedException {
        // The JVM's own threads don't come and go.
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx768m",
                        "-XX:+UseSerialGC",
                        "-XX:-UseDynamicNumberOfCompilerThreads",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManySessionsProcess.class.getName(),
                        Integer.toString(threads),
                        Integer.toString(SESSIONS))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
