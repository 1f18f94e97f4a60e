package dev.facet.exchange.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointReaderTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stored.pth", "deflated.pth", "bare.pth", "parallel.pth", "legacy.pth", "legacy.pth.gz"})
    void readsEveryKindOfTensorInEveryFormat(String file) throws IOException {
        Map<String, Tensor> tensors = CheckpointReader.read(resource(file));

        assertThat(tensors.keySet())
                .containsExactly(
                        "plain", "transposed", "offset", "half", "brain", "double", "counter", "mask", "parameter");
        assertThat(tensors.get("plain")).isEqualTo(Tensor.of(new Shape(2, 3), 0.5f, 1, 1.5f, 2, 2.5f, 3));
        assertThat(tensors.get("transposed")).isEqualTo(Tensor.of(new Shape(3, 2), 0.5f, 2, 1, 2.5f, 1.5f, 3));
        assertThat(tensors.get("offset")).isEqualTo(Tensor.of(new Shape(2), 2, 3));
        assertThat(tensors.get("half").type()).isEqualTo(ElementType.F16);
        assertThat(tensors.get("half").toFloatArray()).containsExactly(1, -2);
        assertThat(tensors.get("brain").toFloatArray()).containsExactly(1, -2);
        assertThat(tensors.get("double").toFloatArray()).containsExactly(0.1f);
        assertThat(tensors.get("counter").shape()).isEqualTo(new Shape());
        assertThat(tensors.get("counter").data().getLong()).isEqualTo(300_000_000_000L);
        assertThat(tensors.get("mask").toFloatArray()).containsExactly(1, 0);
        assertThat(tensors.get("parameter").toFloatArray()).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"command.pth", "command-legacy.pth"})
    void refusesACheckpointThatWouldRunACommand(String file) {
        assertThatThrownBy(() -> CheckpointReader.read(resource(file)))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("'posix.system', refused")
                .hasMessageContaining(file);
    }

    @Test
    void refusesBigEndianValues() {
        assertThatThrownBy(() -> CheckpointReader.read(resource("big-endian.pth")))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("big-endian");
    }

    @Test
    void readsSafetensorsWithoutThePrefixOfParallelTraining() throws IOException {
        Path file = folder.resolve("a.safetensors");
        Tensor tensor = Tensor.of(new Shape(1), 3);
        SafetensorsWriter.write(file, Map.of(), Map.of("module.a", tensor));

        assertThat(CheckpointReader.read(file)).containsExactly(Map.entry("a", tensor));
    }

    @Test
    void saysWhatAFileIsNot() throws IOException {
        Path file = folder.resolve("image.pth");
        Files.write(file, "this is not a checkpoint".getBytes(StandardCharsets.US_ASCII));

        assertThatThrownBy(() -> CheckpointReader.read(file))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("not a checkpoint: expected PyTorch's zip or pickle format, or safetensors");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored.pth", "deflated.pth", "legacy.pth", "legacy.pth.gz"})
    void anyDamageIsACheckpointExceptionOrAnotherReading(String file) throws IOException {
        long seed = 20261125;
        System.out.println("seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] original = Files.readAllBytes(resource(file));
        Path damaged = folder.resolve("damaged");
        for (int i = 0; i < original.length; i += 2) {
            byte[] bytes = original.clone();
            bytes[i] ^= (byte) (1 + random.nextInt(255));
            readOrRefuse(damaged, bytes);
            if (i % 4 == 0) {
                readOrRefuse(damaged, Arrays.copyOf(original, i));
            }
        }
    }

    private static void readOrRefuse(Path file, byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            assertThat(CheckpointReader.read(file)).isNotEmpty();
        } catch (CheckpointException e) {
            assertThat(e).hasMessageContaining("[checkpoint=damaged]");
        }
    }

    @Test
    void aShortPickleCannotAskForMuchMemory() {
        // A dictionary from a list of 60,000 pairs, called again and again.
        ByteArrayOutputStream calls = new ByteArrayOutputStream();
        calls.writeBytes(new byte[] {(byte) 0x80, 2, '(', '('});
        for (int i = 0; i < 60_000; i++) {
            calls.writeBytes(new byte[] {'K', 1, 'K', 2, (byte) 0x86});
        }
        calls.writeBytes(new byte[] {'l', (byte) 0x85, 'q', 0});
        for (int i = 0; i < 1_000_000; i++) {
            calls.writeBytes("ccollections\nOrderedDict\nh".getBytes(StandardCharsets.US_ASCII));
            calls.writeBytes(new byte[] {0, 'R'});
        }
        assertThatThrownBy(() -> CheckpointReader.read(zip(calls.toByteArray())))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("too many values");
    }

    @Test
    void aPickleOfNestedContainersNeedsNoCallStack() {
        ByteArrayOutputStream nested = new ByteArrayOutputStream();
        nested.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
        for (int i = 0; i < 500_000; i++) {
            nested.write(']');
        }
        for (int i = 0; i < 499_999; i++) {
            nested.write('a');
        }
        nested.writeBytes(new byte[] {'N', 's', '.'});

        assertThatThrownBy(() -> CheckpointReader.read(zip(nested.toByteArray())))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no tensors");
    }

    @Test
    void refusesOperandsOfTheWrongKind() {
        List<String> pickles = List.of(
                "N.",
                "NNR.",
                "ccollections\nOrderedDict\nNR.",
                "Fx\n.",
                "Ix\n.",
                "(.",
                "t.",
                "]N\u0085b0a.",
                "h\u0001.",
                "K\u0001Q.",
                "\u008d" + "\u00ff".repeat(8));
        for (String pickle : pickles) {
            assertThatThrownBy(() -> CheckpointReader.read(zip(pickle.getBytes(StandardCharsets.ISO_8859_1))))
                    .as(pickle)
                    .isInstanceOf(CheckpointException.class);
        }
    }

    private Path zip(byte[] pickle) throws IOException {
        Path file = folder.resolve("made.pth");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle);
        }
        return file;
    }

    static Path resource(String name) {
        try {
            return Path.of(CheckpointReaderTest.class.getResource(name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
