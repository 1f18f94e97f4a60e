package dev.facet.core.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.RandomTensors;
import dev.facet.core.image.Normalization;
import dev.facet.core.network.Architecture;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BankReaderTest {
    private static final String JSON = BankFormat.toJson(RandomTensors.bank().manifest());

    @TempDir
    private Path folder;

    @Test
    void aBankReadsBackAsItWasWritten() throws IOException {
        FilterBank bank = RandomTensors.bank();
        Path file = folder.resolve("bank.safetensors");
        BankWriter.write(file, bank);
        FilterBank read = BankReader.read(file);
        assertThat(read.manifest()).isEqualTo(bank.manifest());
        assertThat(read.tensors()).isEqualTo(bank.tensors());
        assertThat(read.fingerprint()).isEqualTo(bank.fingerprint());
        assertThat(read.hasInitialValues()).isTrue();
    }

    @Test
    void keepsRanksAndDecomposition() {
        BankManifest manifest = new BankManifest(
                Architecture.RESNET34,
                Optional.of(new BankManifest.Response("images", 10, "500")),
                Map.of("layer1.2.conv1", 7),
                Normalization.IMAGENET,
                "origin",
                "MIT");
        assertThat(BankFormat.fromJson(BankFormat.toJson(manifest))).isEqualTo(manifest);
    }

    @Test
    void theFingerprintSeesValuesNamesAndInputButNotTheStorageType() {
        FilterBank bank = RandomTensors.bank();
        Map<String, Tensor> rounded = changed(all -> all.replaceAll((name, tensor) -> tensor.toFloat16()));
        Map<String, Tensor> widened = new LinkedHashMap<>(rounded);
        widened.replaceAll((name, tensor) -> tensor.toFloat32());
        FilterBank half = new FilterBank(bank.manifest(), rounded);
        assertThat(half.fingerprint())
                .isEqualTo(new FilterBank(bank.manifest(), widened).fingerprint())
                .isNotEqualTo(bank.fingerprint())
                .matches("[0-9a-f]{64}");
        BankManifest shifted = new BankManifest(
                Architecture.RESNET18,
                Optional.empty(),
                Map.of(),
                new Normalization(List.of(0.5f, 0.5f, 0.5f), List.of(1f, 1f, 1f)),
                "",
                "");
        assertThat(new FilterBank(shifted, bank.tensors()).fingerprint()).isNotEqualTo(bank.fingerprint());
        Map<String, Tensor> without = changed(all -> all.remove("init.conv1.modulator"));
        assertThat(new FilterBank(bank.manifest(), without).fingerprint()).isNotEqualTo(bank.fingerprint());
    }

    @ParameterizedTest
    @CsvSource({
        "0.485, 0.485",
        "1, 1",
        "0.00001, 0.00001",
        "16777216, 16777216",
        "0.1, 0.1",
        "3.4e38, 340000000000000000000000000000000000000"
    })
    void decimalsAreTheShortest(float value, String text) {
        assertThat(Fingerprint.shortestDecimal(value)).isEqualTo(text);
    }

    @Test
    void refusesTensorsThatMustNotBe() {
        refuses(all -> all.remove("layer1.0.conv1"), "missing tensor: name='layer1.0.conv1'");
        refuses(all -> all.remove("init.bn1.bias"), "missing tensor: name='init.bn1.bias'");
        refuses(all -> all.put("fc.weight", Tensor.of(new Shape(1), 1)), "unexpected tensor: name='fc.weight'");
        refuses(all -> all.put("conv1", Tensor.of(new Shape(1), 1)), "wrong shape: tensor='conv1'");
        refuses(all -> all.put("init.bn1.bias", infinite()), "not finite");
        refuses(all -> all.put("init.bn1.bias", Tensor.ofBytes(new Shape(64), new byte[64])), "wrong type");
    }

    private static Tensor infinite() {
        float[] values = new float[64];
        values[3] = Float.NEGATIVE_INFINITY;
        return Tensor.of(new Shape(64), values);
    }

    private static void refuses(Consumer<Map<String, Tensor>> change, String reason) {
        assertThatThrownBy(() -> new FilterBank(RandomTensors.bank().manifest(), changed(change)))
                .isInstanceOf(BankException.class)
                .hasMessageContaining(reason);
    }

    private static Map<String, Tensor> changed(Consumer<Map<String, Tensor>> change) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(RandomTensors.bank().tensors());
        change.accept(tensors);
        return tensors;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"format\":1 | \"format\":2",
                "\"format\":1, | ``",
                "\"decomposition\":\"none\" | \"decomposition\":\"response\"",
                "\"decomposition\":\"none\" | \"decomposition\":\"other\"",
                "\"response\":null | \"response\":{}",
                "\"response\":null, | ``",
                "\"ranks\":{} | \"ranks\":{\"conv1\":-1}",
                "\"ranks\":{} | \"ranks\":{\"conv1\":64}",
                "\"ranks\":{} | \"ranks\":{\"conv1\":null}",
                "\"resnet18\" | \"resnet50\"",
                "\"mean\":[0.485 | \"mean\":[0.485,0.1",
                "\"std\":[0.229 | \"std\":[0",
                "\"std\":[0.229 | \"std\":[1e39",
                "} | ``",
                "\"licence\" | \"license\""
            })
    void refusesAManifestThatIsNotOfTheFormat(String old, String replacement) {
        String json = JSON.replace(old, replacement);
        assertThat(json).isNotEqualTo(JSON);
        assertThatThrownBy(() -> BankFormat.fromJson(json)).isInstanceOf(BankException.class);
    }

    @Test
    void saysWhichFileIsNotABank() throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafetensorsWriter.write(file, Map.of(), Map.of("a", Tensor.of(new Shape(1), 1)));
        assertThatThrownBy(() -> BankReader.read(file))
                .isInstanceOf(BankException.class)
                .hasMessage("not a bank: no 'facet.bank' in the metadata [bank=other.safetensors]");
    }
}
