package dev.facet.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.DocumentedCalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages call the trainer's commands with options that these have. */
class DocumentedCallsTest {
    @Test
    void everyOptionOfAPageIsOneOfItsCommand() throws IOException {
        int checked = 0;
        for (DocumentedCalls.Call call : DocumentedCalls.all()) {
            List<String> words = call.words();
            CommandLine command = TrainerMain.commandLine().getSubcommands().get(words.get(0));
            if (command != null && words.get(0).equals("bench")) {
                command = words.size() > 1 ? command.getSubcommands().get(words.get(1)) : null;
            }
            if (command != null) {
                assertThat(command.getCommandSpec().optionsMap().keySet())
                        .as("%s: %s", call.where(), words)
                        .containsAll(call.options());
                checked += call.options().size();
            }
        }
        assertThat(checked).as("options in the pages").isGreaterThan(10);
    }
}
