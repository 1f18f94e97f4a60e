package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.BankWriter;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Modulation;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.runtime.engine.SelfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is exported in the reference's names and imported again answers the same. */
class ReferenceRoundTripTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "RESNET18, RC, false, .pth",
        "RESNET18, RC, true, .pth",
        "RESNET18, RA_SERIES, false, .safetensors",
        "RESNET18, RA_PARALLEL, false, .pth",
        "RESNET18, NONE, false, .pth",
        "RESNET34, RC, false, .pth"
    })
    void importedExportAnswersTheSame(Architecture architecture, Modulation modulation, boolean nff, String suffix)
            throws IOException {
        Path bank = folder.resolve("bank.safetensors");
        Path pack = folder.resolve("pack.safetensors");
        Path exported = folder.resolve("model" + suffix);
        Path bankAgain = folder.resolve("bank-again.safetensors");
        Path packAgain = folder.resolve("pack-again.safetensors");
        write(architecture, modulation, new Depth("metre", 0.001), bank, pack);

        String[] export = {
            "pack",
            "export",
            pack.toString(),
            "--bank",
            bank.toString(),
            "--format",
            "reference",
            "--out",
            exported.toString()
        };
        assertThat(nff ? FacetMain.run(with(export, "--nff")) : FacetMain.run(export))
                .isZero();
        assertThat(FacetMain.run(
                        "pack",
                        "import",
                        "--checkpoint",
                        exported.toString(),
                        "--task",
                        "depth",
                        "--bank-out",
                        bankAgain.toString(),
                        "--out",
                        packAgain.toString(),
                        "--name",
                        "mine",
                        "--version",
                        "7"))
                .isZero();

        ModulatorPack again = PackReader.read(packAgain, BankReader.read(bankAgain));
        assertThat(again.manifest().modulation()).isEqualTo(modulation);
        assertThat(again.manifest().architecture()).isEqualTo(architecture);
        assertThat(again.manifest().name()).isEqualTo("mine");
        assertThat(again.manifest().version()).isEqualTo("7");
        assertThat(SelfTest.relativeDifference(answer(bank, pack, "a.npy"), answer(bankAgain, packAgain, "b.npy")))
                .isLessThanOrEqualTo(1e-4);
    }

    @Test
    void exportedOnnxIsKeptWhenItAnswersAsThePack() throws IOException {
        Path bank = folder.resolve("bank.safetensors");
        Path pack = folder.resolve("pack.safetensors");
        Path onnx = folder.resolve("deep/er/edges.onnx");
        write(Architecture.RESNET18, Modulation.RC, new Edges("boundaries"), bank, pack);

        int exit =
                FacetMain.run("pack", "export", pack.toString(), "--bank", bank.toString(), "--out", onnx.toString());

        assertThat(exit).isZero();
        assertThat(Files.list(onnx.getParent())).containsExactly(onnx);
    }

    @Test
    void packOnTheNetworkOfADecomposedBankIsTurnedIntoItsBasis() throws IOException {
        Path bank = folder.resolve("bank.safetensors");
        Path pack = folder.resolve("pack.safetensors");
        Path exported = folder.resolve("model.pth");
        Path packAgain = folder.resolve("pack-again.safetensors");
        write(Architecture.RESNET18, Modulation.RC, new Edges("boundaries"), bank, pack);
        export(pack, bank, exported);

        assertThat(FacetMain.run(
                        "pack",
                        "import",
                        "--checkpoint",
                        exported.toString(),
                        "--bank",
                        bank.toString(),
                        "--out",
                        packAgain.toString()))
                .isZero();
        assertThat(answer(bank, packAgain, "b.npy")).isEqualTo(answer(bank, pack, "a.npy"));
    }

    @Test
    void checkpointOfOtherFiltersIsRefusedForAnExistingBank() throws IOException {
        Path bank = folder.resolve("bank.safetensors");
        Path pack = folder.resolve("pack.safetensors");
        Path exported = folder.resolve("model.pth");
        Path other = folder.resolve("other.safetensors");
        write(Architecture.RESNET18, Modulation.RC, new Edges("boundaries"), bank, pack);
        BankWriter.write(other, RandomModels.bank(Architecture.RESNET18, false, 9));
        export(pack, bank, exported);

        assertThat(FacetMain.run(
                        "pack",
                        "import",
                        "--checkpoint",
                        exported.toString(),
                        "--bank",
                        other.toString(),
                        "--out",
                        folder.resolve("no.safetensors").toString()))
                .isEqualTo(1);
        assertThat(folder.resolve("no.safetensors")).doesNotExist();
    }

    /** Writes a pack as a checkpoint of the reference. */
    private static void export(Path pack, Path bank, Path checkpoint) {
        assertThat(FacetMain.run(
                        "pack",
                        "export",
                        pack.toString(),
                        "--bank",
                        bank.toString(),
                        "--format",
                        "reference",
                        "--out",
                        checkpoint.toString()))
                .isZero();
    }

    private static void write(
            Architecture architecture, Modulation modulation, TaskKind task, Path bankFile, Path packFile)
            throws IOException {
        FilterBank bank = RandomModels.bank(architecture, false, 1);
        BankWriter.write(bankFile, bank);
        PackWriter.write(packFile, RandomModels.pack(bank, modulation, task, 2));
    }

    private float[] answer(Path bank, Path pack, String name) throws IOException {
        Path input = folder.resolve("input.npy");
        float[] values = new float[3 * 65 * 49];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Files.write(input, NpyWriter.floats(new Shape(1, 3, 65, 49), values));
        Path output = folder.resolve(name);
        assertThat(FacetMain.run(
                        "predict",
                        "--bank",
                        bank.toString(),
                        "--pack",
                        pack.toString(),
                        "--tensor",
                        input.toString(),
                        "-o",
                        output.toString(),
                        "--device",
                        "cpu"))
                .isZero();
        return NpyReader.read(output).toFloatArray();
    }

    private static String[] with(String[] arguments, String last) {
        String[] result = Arrays.copyOf(arguments, arguments.length + 1);
        result[arguments.length] = last;
        return result;
    }
}
