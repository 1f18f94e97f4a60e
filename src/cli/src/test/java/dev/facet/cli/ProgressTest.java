package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String written() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aTerminalHasOneLineThatIsDrawnAgainAndTakenAway() throws InterruptedException {
        try (Progress progress = Progress.bar("scoring", 4, true, out)) {
            Thread.sleep(250);
            progress.step();
            progress.step();
        }
        assertThat(written())
                .startsWith("\rscoring: 1 of 4 (25 %), ")
                .doesNotContain("\n")
                .endsWith("\r\u001b[K");
    }

    @Test
    void shortWorkSaysNothingElsewhere() throws InterruptedException {
        try (Progress progress = Progress.bar("scoring", 4, false, out)) {
            Thread.sleep(250);
            progress.stepTo(3);
        }
        assertThat(written()).isEmpty();
    }
}
