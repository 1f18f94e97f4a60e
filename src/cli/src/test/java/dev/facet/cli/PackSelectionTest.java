package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@DisabledIfEnvironmentVariable(named = "FACET_MODELS_DIR", matches = ".*", disabledReason = "names the models folder")
class PackSelectionTest {
    private static final String HOME = "facet.home";

    @TempDir
    private Path home;

    private Path models;
    private String before;

    @BeforeEach
    void makeModels() throws IOException {
        models = Files.createDirectories(home.resolve("models"));
        before = System.setProperty(HOME, home.toString());
    }

    @AfterEach
    void restoreHome() {
        if (before == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, before);
        }
    }

    @Test
    void neitherTheNamedBankNorTheDefaultOneIsReadAsAPack() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, false, 1);
        Path other = models.resolve("other.safetensors");
        BankWriter.write(models.resolve("bank.safetensors"), bank);
        BankWriter.write(other, bank);
        Path edges = models.resolve("edges.safetensors");
        PackWriter.write(edges, RandomModels.pack(bank, Modulation.RC, new Edges("boundaries"), 2));

        PackSelection selection =
                CommandLine.populateCommand(new PackSelection(), "--bank", other.toString(), "--task", "edges");
        assertThat(selection.packFiles()).containsExactly(edges);
        assertThat(selection.bankFile()).isEqualTo(other);
    }
}
