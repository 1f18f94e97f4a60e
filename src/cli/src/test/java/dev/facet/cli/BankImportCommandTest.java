package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.RandomTensors;
import dev.facet.core.bank.BankReader;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.exchange.checkpoint.CheckpointWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankImportCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aPrefixDecidesWhichOfTwoNetworksBecomesTheBank() throws IOException {
        Map<String, Tensor> both = new LinkedHashMap<>();
        Map<String, Tensor> student = network(1);
        network(2).forEach((name, tensor) -> both.put("teacher.backbone." + name, tensor));
        student.forEach((name, tensor) -> both.put("student.backbone." + name, tensor));
        Path checkpoint = folder.resolve("both.ckpt");
        CheckpointWriter.write(checkpoint, both, 7);
        Path bank = folder.resolve("bank.safetensors");

        CommandRun unsaid = CommandRun.of("bank", "import", checkpoint.toString(), "--out", bank.toString());
        CommandRun said = CommandRun.of(
                "bank", "import", checkpoint.toString(), "--prefix", "student.backbone", "--out", bank.toString());

        assertThat(unsaid.code()).isEqualTo(1);
        assertThat(unsaid.err())
                .contains("more than one network fits")
                .contains("state_dict.teacher.backbone., state_dict.student.backbone.");
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.err())
                .contains("took 100 tensors, whose names begin with 'state_dict.student.backbone.'")
                .contains("left tensors: state_dict.student.backbone.fc (2), state_dict.teacher (102)")
                .contains("left, no tensors: iteration");
        assertThat(BankReader.read(bank).tensor("layer4.1.conv2")).isEqualTo(student.get("layer4.1.conv2.weight"));
    }

    @Test
    void inspectingACheckpointSaysToImportIt() throws IOException {
        Path zip = folder.resolve("net.pth");
        CheckpointWriter.write(zip, network(1), 1);
        Path safetensors = folder.resolve("net.safetensors");
        SafetensorsWriter.write(safetensors, Map.of("format", "pt"), network(1));

        for (Path file : new Path[] {zip, safetensors}) {
            CommandRun run = CommandRun.of("bank", "inspect", file.toString());
            assertThat(run.code()).isEqualTo(1);
            assertThat(run.err()).contains("a checkpoint, not a bank").contains("facet bank import " + file);
        }
    }

    private static Map<String, Tensor> network(long seed) {
        Map<String, Shape> layout = new LinkedHashMap<>();
        for (Convolution conv : Architecture.RESNET18.convolutionsAndShortcuts()) {
            layout.put(
                    conv.name() + ".weight",
                    new Shape(conv.outChannels(), conv.inChannels(), conv.kernel(), conv.kernel()));
            for (String part : TensorLayout.NORM_PARTS) {
                layout.put(conv.norm() + "." + part, new Shape(conv.outChannels()));
            }
        }
        layout.put("fc.weight", new Shape(10, 512));
        layout.put("fc.bias", new Shape(10));
        return RandomTensors.tensors(layout, seed);
    }
}
