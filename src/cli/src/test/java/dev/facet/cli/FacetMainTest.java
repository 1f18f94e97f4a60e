package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.cli.reliability.Campaign;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FacetMainTest {
    private static String errorsOf(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            FacetMain.run(arguments);
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "predict",
                "bank import",
                "bank decompose",
                "bank inspect",
                "pack import",
                "pack inspect",
                "pack set",
                "completion",
                "pack verify",
                "pack export",
                "publish",
                "keygen",
                "bench",
                "bench tasks",
                "bench engine",
                "bench server",
                "bench concurrency",
                "bench packs",
                "bench plug",
                "bench reliability"
            })
    void everyCommandHelps(String command) {
        CommandLine line = new CommandLine(new FacetMain());
        for (String name : command.split(" ")) {
            line = line.getSubcommands().get(name);
            assertThat(line).as(command).isNotNull();
        }
        assertThat(line.getUsageMessage()).contains("Usage: facet " + command);
        assertThat(FacetMain.run((command + " --help").split(" "))).isZero();
    }

    @Test
    void helpSaysHowLongEachTrialOfTheCampaignTakes() {
        CommandLine line = new CommandLine(new FacetMain());
        String help = line.getSubcommands()
                .get("bench")
                .getSubcommands()
                .get("reliability")
                .getUsageMessage();
        Campaign.durations()
                .forEach((trial, duration) ->
                        assertThat(help).containsPattern("%s +%d minutes".formatted(trial, duration.toMinutes())));
    }

    @Test
    void aTrialThatThereIsNotIsRefusedBeforeAnythingRuns() {
        assertThat(errorsOf("bench", "reliability", "--only", "nonsense", "--server-jar", "pom.xml"))
                .startsWith("facet: unknown trial: value=[nonsense], expected some of [mutations, kills,");
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(FacetMain.run("predict")).isEqualTo(2);
        assertThat(FacetMain.run("pack")).isEqualTo(2);
        assertThat(FacetMain.run("nonsense")).isEqualTo(2);
    }

    @Test
    void optionsThatDoNotGoTogetherAreWrongUsage() {
        assertThat(FacetMain.run("predict", "-o", "x.png")).isEqualTo(2);
        assertThat(FacetMain.run("predict", "image.png", "--tensor", "input.npy", "-o", "x.png"))
                .isEqualTo(2);
    }

    @Test
    void theCompletionKnowsEveryCommandOfTheLauncher() {
        CommandRun run = CommandRun.of("completion");
        assertThat(run.code()).isZero();
        assertThat(run.out())
                .contains("complete -F", "serve", "train", "predict", "publish", "'--resume'", "'--prefix'");
    }

    @Test
    void failureIsOneSentenceWithoutStackTrace() {
        assertThat(FacetMain.run("bank", "inspect", "no-such-bank")).isEqualTo(1);
        assertThat(errorsOf("bank", "inspect", "no-such-bank"))
                .isEqualTo("facet: no such file: no-such-bank" + System.lineSeparator());
    }

    @Test
    void verboseFailureShowsTheStackTrace() {
        assertThat(errorsOf("bank", "inspect", "no-such-bank", "-v")).contains("NoSuchFileException", "\tat ");
    }
}
