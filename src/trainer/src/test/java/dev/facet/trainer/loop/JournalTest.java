package dev.facet.trainer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.progress.ProgressLine;
import dev.facet.trainer.TinyTask;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream screen = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    /** Both go to one screen: the line of a step makes place for those that stay. */
    @Test
    void aTerminalShowsEachStepOnALineThatMakesPlaceForOthers() throws Exception {
        Pace pace = new Pace(TinyTask.settings(8, 0), 0);
        try (Journal journal = new Journal(screen, Optional.empty(), new ProgressLine(true, screen))) {
            pace.add(Map.of("segmentation", 0.5));
            Thread.sleep(250);
            journal.stepped(1, 8, () -> pace.now(1, 0));
            pace.add(Map.of("segmentation", 0.25));
            journal.trained(2, 8, pace.report(2, 0));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("\rstep 1/8: loss 0.5000, rate 0.02000, ")
                .contains(" left\u001b[K\r\u001b[Kstep 2/8: loss 0.3750, ")
                .endsWith(" left" + System.lineSeparator());
    }

    @Test
    void elsewhereTheLinesStandAlone() throws Exception {
        Pace pace = new Pace(TinyTask.settings(8, 0), 0);
        try (Journal journal = new Journal(screen, Optional.empty(), new ProgressLine(false, screen))) {
            pace.add(Map.of("segmentation", 0.5));
            Thread.sleep(250);
            journal.stepped(1, 8, () -> pace.now(1, 0));
            journal.trained(1, 8, pace.report(1, 0));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("step 1/8: ")
                .hasLineCount(1);
    }
}
