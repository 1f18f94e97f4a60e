package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher answers by itself, without a build. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    @TempDir
    private Path elsewhere;

    private record Answer(int code, String text) {}

    private Answer facet(String... arguments) throws IOException, InterruptedException {
        Path launcher = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(launcher.resolve("facet"))) {
            launcher = launcher.getParent();
        }
        List<String> command =
                new ArrayList<>(List.of("bash", launcher.resolve("facet").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(elsewhere.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    @ParameterizedTest
    @CsvSource({"help", "--help", "-h"})
    void helpSaysWhatEachCommandDoes(String argument) throws Exception {
        Answer answer = facet(argument);
        assertThat(answer.code()).isZero();
        for (String command : List.of(
                "serve",
                "predict",
                "train",
                "experiment",
                "evaluate",
                "bank",
                "pack",
                "publish",
                "keygen",
                "bench",
                "completion")) {
            assertThat(answer.text()).containsPattern("(?m)^  " + command + " +[a-z]");
        }
    }

    @Test
    void theServersHelpNeedsNoBuild() throws Exception {
        assertThat(facet("serve", "--help").text())
                .startsWith("Starts the server.")
                .contains("--port N");
        assertThat(facet("help", "serve").text()).startsWith("Starts the server.");
    }

    @Test
    void wrongUsageIsTwo() throws Exception {
        assertThat(facet().code()).isEqualTo(2);
        assertThat(facet("serve", "--nonsense"))
                .isEqualTo(new Answer(
                        2,
                        "facet: serve: unknown option: value='--nonsense', expected --port N, --host ADDRESS or -Dkey=value"
                                + " (docs/configuration.md)\n"));
        assertThat(facet("serve", "--port").code()).isEqualTo(2);
        assertThat(facet("help", "--nonsense").code()).isEqualTo(2);
        Answer unknown = new Answer(
                2,
                "facet: unknown command: value='sevre', expected serve, predict, train, experiment, evaluate, bank, pack,"
                        + " publish, keygen, bench or completion (facet help)\n");
        assertThat(facet("sevre")).isEqualTo(unknown);
        assertThat(facet("help", "sevre")).isEqualTo(unknown);
        assertThat(facet("help", "help")).isEqualTo(facet("help"));
    }
}
