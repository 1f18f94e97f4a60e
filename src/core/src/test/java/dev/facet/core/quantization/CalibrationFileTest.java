package dev.facet.core.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.RandomTensors;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.safetensors.ContentDigest;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationFileTest {
    private static final FilterBank BANK = RandomTensors.bank();

    @TempDir
    private Path folder;

    private static BankCalibration calibration() {
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        for (Activation activation : Activations.ofPrefix(Architecture.RESNET18)) {
            scales.put(
                    activation.name(),
                    new ActivationScale(0.01f * (scales.size() + 1), activation.rectified() ? 0 : 120));
        }
        BankCalibration.Manifest manifest = new BankCalibration.Manifest(
                BANK.fingerprint(),
                Architecture.RESNET18,
                16,
                CalibrationMethod.MIN_MAX,
                "photographs",
                64,
                "a test",
                "CC0-1.0");
        return new BankCalibration(manifest, scales, "");
    }

    private Path written() throws IOException {
        Path file = folder.resolve("bank-int8.safetensors");
        CalibrationFile.write(file, calibration());
        return file;
    }

    private Path forged(String old, String replacement, Consumer<Map<String, Tensor>> change) throws IOException {
        SafetensorsFile file = SafetensorsReader.read(Files.readAllBytes(written()));
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        change.accept(tensors);
        String json = file.metadata().get("facet.calibration");
        assertThat(json).contains(old);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("facet.calibration", json.replace(old, replacement));
        metadata.put("facet.digest", ContentDigest.of(metadata.get("facet.calibration"), tensors));
        Path forged = folder.resolve("forged.safetensors");
        Files.write(forged, SafetensorsWriter.toBytes(metadata, tensors));
        return forged;
    }

    @Test
    void readsBackAsItWasWrittenWithTheDigestOfItsFile() throws Exception {
        BankCalibration read = CalibrationFile.read(written(), BANK);
        assertThat(read.manifest()).isEqualTo(calibration().manifest());
        assertThat(read.scales()).isEqualTo(calibration().scales()).hasSize(21);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(written()));
        assertThat(read.digest()).isEqualTo(HexFormat.of().formatHex(hash));
    }

    @Test
    void liesBesideItsBankAndMayBeMissing() throws IOException {
        Path bank = folder.resolve("bank.safetensors");
        assertThat(CalibrationFile.readBeside(bank, BANK)).isEmpty();
        written();
        assertThat(CalibrationFile.readBeside(bank, BANK)).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\":1 | \"format\":2 | format=2",
                "\"architecture\":\"resnet18\" | \"architecture\":\"resnet34\" | missing tensor",
                "\"architecture\":\"resnet18\" | \"architecture\":\"vgg\" | bad manifest",
                "\"outputStride\":16 | \"outputStride\":32 | output stride",
                "\"method\":\"min-max\" | \"method\":\"max\" | bad manifest",
                "\"imageCount\":64 | \"imageCount\":0 | imageCount",
                "\"imageCount\":64 | \"imageCount\":1000001 | imageCount",
                "\"imageCount\":64 | \"imageCount\":64,\"more\":1 | bad manifest",
                "\"imageCount\":64, | '' | bad manifest",
                "\"licence\":\"CC0-1.0\" | \"licence\":null | bad manifest"
            })
    void refusesAManifestOutOfItsRange(String old, String replacement, String message) throws IOException {
        Path file = forged(old, replacement == null ? "" : replacement, tensors -> {});
        assertThatThrownBy(() -> CalibrationFile.read(file, BANK))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesAnotherBanksByBothFingerprints() throws IOException {
        FilterBank other = RandomTensors.bank(Architecture.RESNET18, true, Map.of(), 99);
        Path file = written();
        assertThatThrownBy(() -> CalibrationFile.read(file, other))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(BANK.fingerprint())
                .hasMessageContaining(other.fingerprint());
    }

    @Test
    void refusesTensorsThatAreNotExactlyThoseOfTheActivations() throws IOException {
        refuse("missing tensor", tensors -> tensors.remove("layer1.0.scale"));
        refuse("unexpected tensors", tensors -> tensors.put("layer4.0.scale", Tensor.of(new Shape(1), 1)));
        refuse("wrong tensor", tensors -> tensors.put("layer1.0.scale", Tensor.of(new Shape(2), 1, 1)));
        refuse("wrong tensor", tensors -> tensors.put("layer1.0.zero_point", Tensor.of(new Shape(1), 1)));
        refuse("scale: value", tensors -> tensors.put("layer1.0.scale", Tensor.of(new Shape(1), 0)));
        refuse("scale: value", tensors -> tensors.put("layer1.0.scale", Tensor.of(new Shape(1), Float.NaN)));
        refuse(
                "zero point: activation='layer1.0'",
                tensors -> tensors.put("layer1.0.zero_point", Tensor.ofBytes(new Shape(1), (byte) 3)));
    }

    private void refuse(String message, Consumer<Map<String, Tensor>> change) throws IOException {
        Path file = forged("", "", change);
        assertThatThrownBy(() -> CalibrationFile.read(file, BANK))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesEveryFlippedBitAndEveryTruncation() throws IOException {
        byte[] bytes = Files.readAllBytes(written());
        long seed = Long.getLong("facet.fuzz.seed", System.nanoTime());
        System.out.println("facet.fuzz.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1500; i++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            refuse(changed);
        }
        for (int length = 0; length < bytes.length; length += 1 + random.nextInt(40)) {
            refuse(Arrays.copyOf(bytes, length));
        }
        refuse(Arrays.copyOf(bytes, bytes.length + 1));
    }

    private void refuse(byte[] bytes) throws IOException {
        Path file = folder.resolve("broken.safetensors");
        Files.write(file, bytes);
        assertThatThrownBy(() -> CalibrationFile.read(file, BANK)).isInstanceOf(CalibrationException.class);
    }

    @Test
    void refusesAFileThatIsTooLargeBeforeItIsRead() throws IOException {
        Path file = folder.resolve("large.safetensors");
        Files.write(file, new byte[(int) CalibrationFile.MAX_BYTES + 1]);
        assertThatThrownBy(() -> CalibrationFile.read(file, BANK))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("too large");
    }

    @Test
    void refusesScalesOfOtherActivations() {
        Map<String, ActivationScale> scales = new HashMap<>(calibration().scales());
        scales.put("layer4.0", new ActivationScale(1, 0));
        assertThatThrownBy(() -> new BankCalibration(calibration().manifest(), scales, ""))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("unexpected activation");
    }
}
