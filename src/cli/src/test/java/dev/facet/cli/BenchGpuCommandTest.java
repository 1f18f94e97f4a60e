package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Modulation;
import dev.facet.core.task.Saliency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchGpuCommandTest {
    @TempDir
    private static Path models;

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModels() throws IOException {
        ModelsFolder folder = new ModelsFolder(models);
        FilterBank bank = folder.writeBankAndEdges();
        folder.write("saliency", RandomModels.pack(bank, Modulation.RC, new Saliency(), 3));
    }

    private CommandRun check(String device, Path report) {
        return CommandRun.of(
                "bench",
                "gpu",
                "--device",
                device,
                "--quick",
                "--side",
                "64",
                "--models",
                models.toString(),
                "-o",
                report.toString());
    }

    @Test
    void runsToItsEndOnTheCpuAndSaysThatItWasTheCpu() throws IOException {
        Path file = folder.resolve("report.md");
        CommandRun run = check("cpu", file);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readString(file))
                .contains(", failed: 0**")
                .contains("nothing below says anything about CUDA")
                .contains("### Memory")
                .contains("### Bits of each pack's answer")
                .contains("| random-edges | merged | same | same | same | same | same | same | 0.0e+00 | passed |")
                .contains("### One image")
                .contains("### All packs on one image")
                .contains("### The common part for several images in one run")
                .contains("### Sizes that take turns")
                .contains("### Clients side by side")
                .contains("```json\n{");
    }

    @Test
    void saysWhatIsMissingWhereCudaIsNotThere() throws IOException {
        Path file = folder.resolve("missing.md");
        // A GPU of that number is nowhere, whatever this was built with.
        CommandRun run = check("cuda:99", file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("MISSING: device=cuda:99 is not usable");
        assertThat(Files.readString(file))
                .contains("**MISSING: device=cuda:99 is not usable")
                .contains("-Pcuda")
                .contains("GPUs: ")
                .doesNotContain("### Bits");
    }

    @Test
    void refusesASideThatNoInputHas() {
        CommandRun run =
                CommandRun.of("bench", "gpu", "--device", "cpu", "--side", "100", "--models", models.toString());
        assertThat(run.code()).isNotZero();
        assertThat(run.err()).contains("side: value=100, expected a multiple of 64");
    }
}
