package dev.facet.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.facet.cli.reliability.Campaign;
import dev.facet.cli.reliability.CampaignOptions;
import dev.facet.cli.reliability.ResultPage;
import dev.facet.cli.reliability.TrialResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the campaign can be carried out; the campaign itself takes an hour and a half, and a command. */
class ReliabilityCampaignTest {
    private static final Path JAR = ServerUnderTest.ROOT.resolve("src/server/target/quarkus-app/quarkus-run.jar");
    private static final Path MODELS = ServerUnderTest.ROOT.resolve("models");

    @TempDir
    private Path folder;

    @Test
    void aHundredthOfTheDamagedInputsAndTwoKillsLeaveTheServerSound() throws Exception {
        assumeThat(Files.isRegularFile(JAR))
                .as("the server is packaged (mvn verify does it)")
                .isTrue();
        CampaignOptions options = new CampaignOptions(
                ServerUnderTest.ROOT,
                JAR,
                MODELS.resolve("bank.safetensors"),
                List.of(MODELS.resolve("edges.safetensors"), MODELS.resolve("segmentation.safetensors")),
                1,
                true,
                Duration.ofMinutes(1),
                512);
        ByteArrayOutputStream progress = new ByteArrayOutputStream();

        List<TrialResult> results = new Campaign(options, new PrintStream(progress, true, StandardCharsets.UTF_8))
                .run(List.of("mutations", "kills"));

        assertThat(results).extracting(TrialResult::trial).containsExactly("mutations", "kills");
        assertThat(results)
                .allSatisfy(result -> assertThat(result.broken())
                        .as(progress.toString(StandardCharsets.UTF_8))
                        .isEmpty());
        Path page = folder.resolve("page.md");
        ResultPage.write(page, results);
        assertThat(Files.readString(page)).contains("## mutations: sound", "## kills: sound", "| images | 250 |");
    }
}
