package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.SharedData;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.SelfTest;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The method's reference implementation (PyTorch, fp32) answered this checkpoint and input; so must the commands. */
class GoldenCheckpointTest {
    @TempDir
    private Path folder;

    @Test
    void importedCheckpointAnswersAsTheReference() throws IOException {
        Path golden = SharedData.require("golden/normals-r18-rcm-nff");
        String bank = folder.resolve("bank.safetensors").toString();
        String pack = folder.resolve("normals.safetensors").toString();
        Path output = folder.resolve("output.npy");

        int imported = FacetMain.run(
                "pack",
                "import",
                "--checkpoint",
                golden.resolve("model.pth.gz").toString(),
                "--architecture",
                "resnet18",
                "--task",
                "normals",
                "--bank-out",
                bank,
                "--out",
                pack);
        int predicted = FacetMain.run(
                "predict",
                "--bank",
                bank,
                "--pack",
                pack,
                "--tensor",
                golden.resolve("input.npy").toString(),
                "-o",
                output.toString());

        assertThat(imported).isZero();
        assertThat(predicted).isZero();
        Tensor expected = NpyReader.read(golden.resolve("output.npy"));
        Tensor actual = NpyReader.read(output);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        // fp32 through 50 layers, summed in another order.
        assertThat(SelfTest.relativeDifference(expected.toFloatArray(), actual.toFloatArray()))
                .isLessThanOrEqualTo(1e-4);
        assertThat(FacetMain.run("pack", "verify", pack, "--bank", bank, "--plan", "merged"))
                .isZero();
    }
}
