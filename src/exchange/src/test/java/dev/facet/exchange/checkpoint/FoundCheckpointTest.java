package dev.facet.exchange.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints as trainers leave them; the files are made by {@code make_found_checkpoints.py}. */
class FoundCheckpointTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"lightning.ckpt", "lightning-legacy.ckpt"})
    void readsWeightsAmongWhateverLiesBesideThem(String file) throws IOException {
        CheckpointContent content = read(file, null, null);

        assertThat(content.prefix()).isEqualTo("state_dict.model.backbone._orig_mod.");
        assertThat(content.tensors().keySet())
                .containsExactly(
                        "conv1.weight",
                        "bn1.weight",
                        "layer1.0.conv1.weight",
                        "layer4.1.conv2.weight",
                        "bn1.num_batches_tracked");
        assertThat(value(content, "conv1.weight"))
                .as("a parameter with attributes")
                .isEqualTo(5);
        assertThat(value(content, "bn1.weight"))
                .as("a tensor of a type of its own")
                .isEqualTo(8);
        assertThat(content.left())
                .containsExactly(
                        "optimizer_states.0.state.0.step", "optimizer_states.0.state.0.exp_avg", "history", "names");
        assertThat(content.unreadable())
                .isEqualTo(Map.of(
                        "state_dict.model.backbone._orig_mod.fc.weight",
                        "it is built by 'torch._utils._rebuild_qtensor'"));
        assertThat(content.others()).contains("epoch", "hyper_parameters", "date", "counts", "stage", "itself", "?");
    }

    @Test
    void saysWhatItTookAndWhatItLeft() throws IOException {
        CheckpointContent content = read("contrast.pth", null, "encoder_k");

        assertThat(content.report(
                        Set.of("conv1.weight", "bn1.weight", "layer1.0.conv1.weight", "layer4.1.conv2.weight")))
                .containsExactly(
                        "took 4 tensors, whose names begin with 'state_dict.module.encoder_k.'",
                        "left tensors: state_dict.module.encoder_k.fc (1), state_dict.module.encoder_q (6), state_dict_ema (6),"
                                + " counters of norms (1)",
                        "left, no tensors: epoch");
    }

    @ParameterizedTest
    @CsvSource({
        "contrast.pth,,module.encoder_q,1",
        "contrast.pth,,module.encoder_k.,11",
        "contrast.pth,,state_dict.module.encoder_k.,11",
        "contrast.pth,state_dict_ema,,21",
        "contrast.pth,state_dict_ema,module.encoder_q,21",
        "nested.pth,,,1",
        "nested.pth,model.state_dict,,1",
        "nested.pth,params,,31",
        "nested.pth,weights,,41",
        "nested.pth,weights,backbone,41",
        "nested.pth,,weights.backbone,41",
        "whole-model.pth,,,1"
    })
    void findsTheNetworkThatIsMeant(String file, String key, String prefix, float first) throws IOException {
        CheckpointContent content = read(file, key, prefix);

        assertThat(value(content, "conv1.weight")).isEqualTo(first);
        assertThat(content.tensors()).containsKeys("bn1.weight", "layer4.1.conv2.weight");
    }

    @Test
    void asksWhichWhereTwoNetworksFit() {
        assertThatThrownBy(() -> read("contrast.pth", null, null))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("more than one network fits")
                .hasMessageContaining("state_dict.module.encoder_q., state_dict.module.encoder_k.")
                .hasMessageContaining("--prefix");
    }

    @Test
    void namesWhatFitsWhereAPrefixDoesNot() {
        assertThatThrownBy(() -> read("contrast.pth", null, "teacher"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'teacher.'")
                .hasMessageContaining("state_dict_ema.module.encoder_q.");
    }

    @Test
    void refusesAWeightThatItDoesNotUnderstandByItsName() {
        assertThatThrownBy(() -> read("quantized.pth", null, null))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'conv1.weight' can't be read")
                .hasMessageContaining("torch._utils._rebuild_qtensor");
    }

    @Test
    void readsSafetensorsOfOtherPrograms() throws IOException {
        String header = """
                {
                \t"model.fc.weight": {"dtype": "F8_E4M3", "data_offsets": [12, 14], "shape": [2]},
                \t"model.layer4.1.conv2.weight": {"shape": [1], "dtype": "F32", "data_offsets": [8, 12], "note": {"a": [1]}},
                \t"__metadata__": {"format": "pt", "nested": {"a": null}},
                \t"model.conv1.weight": {"data_offsets": [0, 4], "dtype": "F32", "shape": [1]},
                \t"model.steps": {"data_offsets": [0, 8], "dtype": "U64", "shape": []}
                }   \
                """;
        CheckpointContent content = CheckpointReader.read(safetensors(header, 16), CheckpointChoice.ANY);

        assertThat(content.prefix()).isEqualTo("model.");
        assertThat(content.tensors().keySet()).containsExactly("layer4.1.conv2.weight", "conv1.weight");
        assertThat(content.unreadable())
                .isEqualTo(Map.of("model.fc.weight", "its type is 'F8_E4M3'", "model.steps", "its type is 'U64'"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4000000000],\"data_offsets\":[0,16000000000]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[9223372036854775807,3]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,16]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[14,18]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},\"a\":{}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,16]}}",
                "{\"a\":[]}",
                "{\"a\":",
                "{}"
            })
    void believesNoNumberOfASafetensorsHeader(String header) throws IOException {
        Path file = safetensors(header, 16);

        assertThatThrownBy(() -> CheckpointReader.read(file)).isInstanceOf(CheckpointException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lightning.ckpt",
                "lightning-legacy.ckpt",
                "contrast.pth",
                "nested.pth",
                "whole-model.pth",
                "quantized.pth"
            })
    void anyDamageIsACheckpointExceptionOrAnotherReading(String file) throws IOException {
        long seed = 20261128;
        System.out.println("seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] original = Files.readAllBytes(CheckpointReaderTest.resource(file));
        Path damaged = folder.resolve("damaged");
        for (int i = 0; i < original.length; i += 7) {
            byte[] bytes = original.clone();
            bytes[i] ^= (byte) (1 + random.nextInt(255));
            readOrRefuse(damaged, i % 35 == 0 ? Arrays.copyOf(original, i) : bytes);
        }
    }

    /** Containers that hold each other many times: no walk through all paths, and no stack. */
    @Test
    void sharedContainersCannotAskForMuchWork() throws IOException {
        ByteBuffer pickle = ByteBuffer.allocate(1000);
        pickle.put(new byte[] {(byte) 0x80, 2, '}', 'K', 1, ']', 'q', 0});
        for (byte i = 0; i < 60; i++) {
            // A list that holds the one before twice.
            pickle.put(new byte[] {'0', ']', 'h', i, 'a', 'h', i, 'a', 'q', (byte) (i + 1)});
        }
        pickle.put(new byte[] {'s', '.'});
        byte[] bytes = Arrays.copyOf(pickle.array(), pickle.position());

        assertThatThrownBy(() -> StateDictionary.entries(
                        Pickle.read(ByteBuffer.wrap(bytes), StateDictionary.Storage::of), storage -> null))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("nests too many values");
    }

    private static void readOrRefuse(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            assertThat(CheckpointReader.read(file)).isNotEmpty();
        } catch (CheckpointException e) {
            assertThat(e).hasMessageContaining("[checkpoint=damaged]");
        }
    }

    private Path safetensors(String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(text.length).put(text);
        return Files.write(folder.resolve("made.safetensors"), bytes.array());
    }

    private static CheckpointContent read(String file, String key, String prefix) throws IOException {
        return CheckpointReader.read(
                CheckpointReaderTest.resource(file),
                new CheckpointChoice(Optional.ofNullable(key), Optional.ofNullable(prefix)));
    }

    private static float value(CheckpointContent content, String name) {
        Tensor tensor = content.tensors().get(name);
        return tensor.toFloatArray()[0];
    }
}
