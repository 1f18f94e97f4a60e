package dev.facet.exchange.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.RandomTensors;
import dev.facet.core.SharedData;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.network.TensorLayout;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReferenceCheckpointTest {
    private static final Decoder SLIM = new Decoder(Decoder.Kind.DEEPLABV3PLUS, 2, 3, List.of(6, 12, 18));
    private static final TaskKind NORMALS = new Normals("x right, y up, z towards the camera");

    @TempDir
    private Path folder;

    @Test
    void readsTheGoldenCheckpoint() throws IOException {
        Map<String, Tensor> checkpoint =
                CheckpointReader.read(SharedData.require("golden/normals-r18-rcm-nff/model.pth.gz"));

        ReferenceCheckpoint task =
                ReferenceCheckpoint.of(checkpoint, Optional.of(Architecture.RESNET18), Optional.of("normals"));

        assertThat(ReferenceCheckpoint.tasks(checkpoint)).containsExactly("normals");
        assertThat(task.modulation()).isEqualTo(Modulation.RC);
        assertThat(task.outputs()).isEqualTo(3);
        assertThat(task.decoder(16)).isEqualTo(Decoder.reference(16));
        assertThat(shapes(task.tensors()))
                .isEqualTo(TensorLayout.pack(
                        Architecture.RESNET18, Modulation.RC, Stage.CONV1, Map.of(), Decoder.reference(16), 3));
        FilterBank bank = task.bank(Normalization.IMAGENET, "golden", "unknown");
        assertThat(bank.hasInitialValues()).isFalse();
        // One row by hand: gain times the unit row.
        float gain = checkpoint.get("conv1.Wt.normals.weight_g").toFloatArray()[5];
        float[] rows = checkpoint.get("conv1.Wt.normals.weight_v").toFloatArray();
        double length = 0;
        for (int i = 5 * 64; i < 6 * 64; i++) {
            length += rows[i] * rows[i];
        }
        assertThat(task.tensors().get("conv1.modulator").toFloatArray()[5 * 64 + 9])
                .isEqualTo((float) (gain * rows[5 * 64 + 9] / Math.sqrt(length)), within(1e-7f));
    }

    private static Map<String, Shape> shapes(Map<String, Tensor> tensors) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, RC, conv1, false",
        "resnet34, RC, conv1, true",
        "resnet18, RC, layer3, false",
        "resnet18, NORM, layer2, true",
        "resnet18, RA_SERIES, conv1, false",
        "resnet18, RA_SERIES, layer2, false",
        "resnet18, RA_PARALLEL, conv1, false",
        "resnet34, RA_PARALLEL, layer4, false",
        "resnet18, NONE, conv1, false",
        "resnet18, NONE, layer4, false"
    })
    void thereAndBackIsTheSameNetwork(String architecture, Modulation modulation, String from, boolean normalized) {
        FilterBank bank = RandomTensors.bank(Architecture.of(architecture), true, Map.of(), 4);
        Decoder decoder = new Decoder(Decoder.Kind.SEPARABLE, 2, 3, List.of(6, 12, 18));
        ModulatorPack pack = RandomTensors.pack(bank, modulation, Stage.of(from), decoder, NORMALS, 5);

        Map<String, Tensor> state = ReferenceExport.stateDictionary(bank, pack, normalized);
        ReferenceCheckpoint back = ReferenceCheckpoint.of(state, Optional.empty(), Optional.of("normals"));

        assertThat(back.architecture().id()).isEqualTo(architecture);
        assertThat(back.modulation()).isEqualTo(modulation == Modulation.NORM ? Modulation.RC : modulation);
        sameNetwork(bank, pack, back);
    }

    @Test
    void truncatedFiltersAreFilledUp() {
        Map<String, Integer> ranks = Map.of("conv1", 10, "layer1.0.conv2", 33, "layer4.1.conv2", 100);
        FilterBank bank = RandomTensors.bank(Architecture.RESNET18, true, ranks, 4);
        ModulatorPack pack = RandomTensors.pack(bank, Modulation.RC, Stage.LAYER1, SLIM, NORMALS, 5);
        Map<String, Tensor> state = ReferenceExport.stateDictionary(bank, pack, true);
        assertThat(state.get("layer4.1.conv2.Ws.weight").shape()).isEqualTo(new Shape(512, 512, 3, 3));
        sameNetwork(bank, pack, ReferenceCheckpoint.of(state, Optional.empty(), Optional.empty()));
    }

    /** Compares every convolution's response to a random column, norm included, with that of what was imported. */
    private static void sameNetwork(FilterBank bank, ModulatorPack pack, ReferenceCheckpoint back) {
        FilterBank importedBank = back.bank(Normalization.IMAGENET, "", "");
        ModulatorPack imported = new ModulatorPack(manifest(pack, back, importedBank), back.tensors(), "");
        Architecture architecture = pack.manifest().architecture();
        for (Convolution conv : architecture.convolutions()) {
            double[] column = column(conv.inChannels() * conv.kernel() * conv.kernel());
            assertThat(PlainResponse.of(importedBank, imported, conv, column))
                    .as(conv.name())
                    .containsExactly(PlainResponse.of(bank, pack, conv, column), within(1e-4));
        }
        for (Convolution conv : architecture.shortcuts()) {
            double[] column = column(conv.inChannels());
            assertThat(PlainResponse.ofShortcut(importedBank, imported, conv, column))
                    .as(conv.name())
                    .containsExactly(PlainResponse.ofShortcut(bank, pack, conv, column), within(1e-4));
        }
        Decoder decoder = pack.manifest().decoder();
        TensorLayout.decoder(decoder, 3).keySet().stream()
                .filter(name -> back.tensors().containsKey(name))
                .forEach(name -> assertThat(back.tensors().get(name)).isEqualTo(pack.tensor(name)));
        if (decoder.kind() == Decoder.Kind.SEPARABLE) {
            float[] depthwise = pack.tensor("decoder.fuse.0.depthwise.weight").toFloatArray();
            float[] pointwise = pack.tensor("decoder.fuse.0.pointwise.weight").toFloatArray();
            float[] dense = back.tensors().get("decoder.fuse.0.conv.weight").toFloatArray();
            for (int i = 0; i < dense.length; i++) {
                int pair = i / 9;
                int channel = pair % 5;
                assertThat(dense[i]).isEqualTo(pointwise[pair] * depthwise[9 * channel + i % 9]);
            }
        }
    }

    private static double[] column(int length) {
        return new SplittableRandom(length).doubles(length, -1, 1).toArray();
    }

    private static PackManifest manifest(ModulatorPack pack, ReferenceCheckpoint back, FilterBank bank) {
        PackManifest old = pack.manifest();
        return new PackManifest(
                old.name(),
                old.version(),
                old.description(),
                old.task(),
                back.modulation() == Modulation.NONE ? Optional.empty() : Optional.of(bank.fingerprint()),
                back.architecture(),
                16,
                back.modulation(),
                Stage.CONV1,
                Map.of(),
                back.decoder(16),
                old.input(),
                old.plans(),
                old.provenance(),
                old.scores(),
                old.licence(),
                old.selfTestTolerance());
    }

    @Test
    void namesAreTheReferences() {
        FilterBank bank = RandomTensors.bank();
        ModulatorPack pack = RandomTensors.pack(bank, Modulation.RC, Stage.CONV1, SLIM, NORMALS, 5);
        Map<String, Tensor> state = ReferenceExport.stateDictionary(bank, pack, true);
        assertThat(state)
                .containsKeys(
                        "conv1.Ws.weight",
                        "conv1.Wt.normals.weight_g",
                        "conv1.Wt.normals.weight_v",
                        "bn1.bnorm.normals.num_batches_tracked",
                        "layer1.0.conv2.Wt.normals.weight_v",
                        "layer1.1.bn2.bnorm.normals.running_var",
                        "layer2.0.downsample.conv.conv.normals.weight",
                        "layer2.0.downsample.bnorm.bnorm.normals.running_mean",
                        "layer5.normals.conv2d_list.0.0.weight",
                        "layer5.normals.conv2d_list.4.1.weight",
                        "layer5.normals.conv2d_list.4.2.running_var",
                        "layer5.normals.conv2d_final.1.bias",
                        "low_level_reduce.normals.0.weight",
                        "concat.normals.3.weight",
                        "concat.normals.4.bias",
                        "predict.normals.bias");
    }

    @Test
    void readsTheNamesOfACommonEncoder() {
        Map<String, Tensor> state = state(Modulation.RC, true);
        Map<String, Tensor> common = new LinkedHashMap<>();
        state.forEach((name, tensor) -> {
            boolean decoder = name.matches("(layer5|low_level_reduce|concat|predict)\\..*");
            common.put(decoder ? name : name.replace(".normals.", "."), tensor);
        });
        assertThat(common).containsKeys("bn1.bnorm.weight", "conv1.Wt.weight_g", "predict.normals.weight");
        assertThat(ReferenceCheckpoint.of(common, Optional.empty(), Optional.empty())
                        .tensors())
                .isEqualTo(ReferenceCheckpoint.of(state, Optional.empty(), Optional.empty())
                        .tensors());
    }

    @ParameterizedTest
    @EnumSource(
            value = Modulation.class,
            names = {"RC", "RA_SERIES", "RA_PARALLEL", "NONE"})
    void takesOneOfSeveralTasks(Modulation modulation) {
        Map<String, Tensor> normals = state(modulation, false);
        Map<String, Tensor> both = new LinkedHashMap<>(normals);
        normals.forEach((name, tensor) -> {
            if (name.contains(".normals.")) {
                Tensor other = tensor.type().isFloating() && !name.contains("running_var")
                        ? Tensor.of(
                                tensor.shape(), new float[(int) tensor.shape().elements()])
                        : tensor;
                both.put(name.replace(".normals.", ".human_parts."), other);
            }
        });
        both.put("predict.human_parts.weight", Tensor.of(new Shape(7, 2, 1, 1), new float[14]));
        both.put("predict.human_parts.bias", Tensor.of(new Shape(7), new float[7]));

        assertThat(ReferenceCheckpoint.tasks(both)).containsExactly("human_parts", "normals");
        ReferenceCheckpoint parts = ReferenceCheckpoint.of(both, Optional.empty(), Optional.of("human-parts"));
        assertThat(parts.task()).isEqualTo("human_parts");
        assertThat(parts.outputs()).isEqualTo(7);
        assertThat(ReferenceCheckpoint.of(both, Optional.empty(), Optional.of("normals"))
                        .tensors())
                .isEqualTo(ReferenceCheckpoint.of(normals, Optional.empty(), Optional.empty())
                        .tensors());
        assertThatThrownBy(() -> ReferenceCheckpoint.of(both, Optional.empty(), Optional.empty()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("which task? the checkpoint holds [human_parts, normals]");
        assertThatThrownBy(() -> ReferenceCheckpoint.of(both, Optional.empty(), Optional.of("depth")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("task='depth', expected=[human_parts, normals]");
    }

    @Test
    void refusesWhatIsMissingMisshapenOrHasNoPlace() {
        refuses(state -> state.remove("bn1.bnorm.normals.bias"), "missing tensor: name='bn1.bnorm.normals.bias'");
        refuses(state -> state.put("layer3.0.se.weight", Tensor.of(new Shape(1), 1)), "names=[layer3.0.se.weight]");
        refuses(
                state -> state.put("conv1.Ws.weight", Tensor.of(new Shape(1, 1, 1, 1), 1)),
                "shape=[1, 1, 1, 1], expected=[64, 3, 7, 7]");
        refuses(state -> state.put("predict.normals.bias", Tensor.of(new Shape(3), 1, Float.NaN, 1)), "finite");
        refuses(state -> state.remove("conv1.Wt.normals.weight"), "missing modulator: name='conv1.Wt'");
    }

    private static void refuses(Consumer<Map<String, Tensor>> change, String reason) {
        Map<String, Tensor> state = state(Modulation.RC, false);
        change.accept(state);
        assertThatThrownBy(() -> ReferenceCheckpoint.of(state, Optional.empty(), Optional.empty()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(reason);
    }

    private static Map<String, Tensor> state(Modulation modulation, boolean normalized) {
        ModulatorPack pack = RandomTensors.pack(RandomTensors.bank(), modulation, Stage.CONV1, SLIM, NORMALS, 5);
        return new LinkedHashMap<>(ReferenceExport.stateDictionary(RandomTensors.bank(), pack, normalized));
    }

    @Test
    void aWrittenCheckpointReadsBack() throws IOException {
        Map<String, Tensor> state = state(Modulation.RC, true);
        Path file = folder.resolve("model.pth");
        CheckpointWriter.write(file, state, 300_000);
        assertThat(CheckpointReader.read(file)).containsExactlyEntriesOf(state);
        byte[] first = Files.readAllBytes(file);
        CheckpointWriter.write(file, state, 300_000);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }
}
