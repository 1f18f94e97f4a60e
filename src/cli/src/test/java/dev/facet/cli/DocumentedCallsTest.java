package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.DocumentedCalls;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The pages call commands that there are, with options that these have. */
class DocumentedCallsTest {
    /** Of the launcher and of the trainer, which has a test of its own. */
    private static final List<String> ELSEWHERE = List.of("serve", "help", "train", "experiment");

    @Test
    void everyOptionOfAPageIsOneOfItsCommand() throws IOException {
        int checked = 0;
        for (DocumentedCalls.Call call : DocumentedCalls.all()) {
            List<String> words = call.words();
            if (ELSEWHERE.contains(words.get(0))
                    || words.size() > 1 && words.subList(0, 2).equals(List.of("bench", "train"))) {
                continue;
            }
            CommandLine command = new CommandLine(new FacetMain());
            assertThat(command.getSubcommands()).as(call.where()).containsKey(words.get(0));
            for (String word : words) {
                CommandLine next = command.getSubcommands().get(word);
                if (next == null) {
                    break;
                }
                command = next;
            }
            assertThat(command.getCommandSpec().optionsMap().keySet())
                    .as("%s: %s", call.where(), words)
                    .containsAll(call.options());
            checked += call.options().size();
        }
        assertThat(checked).as("options in the pages").isGreaterThan(50);
    }
}
