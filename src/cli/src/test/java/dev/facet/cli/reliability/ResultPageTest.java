package dev.facet.cli.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultPageTest {
    @TempDir
    private Path folder;

    private static TrialResult result(String trial, long seed, List<String> broken) {
        return new TrialResult(
                trial,
                broken.isEmpty(),
                seed,
                false,
                7,
                "a machine",
                "What was done.",
                Map.of("figure", "12"),
                List.of(List.of("one", "two"), List.of("1", "2")),
                broken.size(),
                broken);
    }

    @Test
    void aNewResultTakesThePlaceOfTheOldOneAndEverythingElseStays() throws IOException {
        Path page = folder.resolve("page.md");
        Files.writeString(page, "# Head\n\nWritten by people.\n");
        ResultPage.write(page, List.of(result("kills", 1, List.of()), result("soak", 2, List.of())));
        Files.writeString(page, Files.readString(page) + "\nWritten below.\n");

        ResultPage.write(page, List.of(result("kills", 99, List.of("a pack was lost"))));

        String text = Files.readString(page);
        assertThat(text)
                .startsWith("# Head\n\nWritten by people.\n")
                .endsWith("\nWritten below.\n")
                .containsOnlyOnce("## kills: broken")
                .contains("seed 99", "- a pack was lost", "| one | two |")
                .containsOnlyOnce("## soak: sound")
                .contains("seed 2")
                .doesNotContain("seed 1;");
    }
}
