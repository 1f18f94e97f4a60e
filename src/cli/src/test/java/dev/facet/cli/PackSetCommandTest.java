package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Edges;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackSetCommandTest {
    @TempDir
    private Path folder;

    @Test
    void givesAPackAnotherVersionAndNameAndLeavesItAsItIs() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, true, 1);
        ModulatorPack pack = RandomModels.pack(bank, Modulation.RC, new Edges("edge"), 2);
        Path file = folder.resolve("one.safetensors");
        PackWriter.write(file, pack);
        byte[] before = Files.readAllBytes(file);
        Path out = folder.resolve("two.safetensors");

        CommandRun unchanged = set(file, out, "--version", pack.manifest().version());
        CommandRun run = set(file, out, "--version", "2", "--name", "outlines");
        CommandRun again = set(file, out, "--version", "3");

        assertThat(unchanged.code()).isEqualTo(1);
        assertThat(unchanged.err()).contains("nothing new").contains("another --version or --name");
        assertThat(run.code()).as(run.err()).isZero();
        ModulatorPack renamed = PackReader.read(out, bank);
        assertThat(run.out()).startsWith("pack outlines@2 " + renamed.digest());
        assertThat(renamed.manifest().name()).isEqualTo("outlines");
        assertThat(renamed.manifest().version()).isEqualTo("2");
        assertThat(renamed.tensors()).isEqualTo(PackReader.read(file, bank).tensors());
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("exists already: " + out);
        assertThat(PackReader.read(out, bank).manifest().version()).isEqualTo("2");
    }

    @Test
    void refusesAVersionThatIsNone() throws IOException {
        FilterBank bank = RandomModels.bank(Architecture.RESNET18, true, 1);
        Path file = folder.resolve("one.safetensors");
        PackWriter.write(file, RandomModels.pack(bank, Modulation.RC, new Edges("edge"), 2));

        CommandRun run = set(file, folder.resolve("two.safetensors"), "--version", "not a version");

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("version").contains("not a version");
        assertThat(folder.resolve("two.safetensors")).doesNotExist();
    }

    private static CommandRun set(Path file, Path out, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"pack", "set", file.toString(), "--out", out.toString()}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return CommandRun.of(arguments);
    }
}
