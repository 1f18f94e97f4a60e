package dev.facet.core.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.facet.core.RandomTensors;
import dev.facet.core.quantization.Activation;
import dev.facet.core.quantization.ActivationScale;
import dev.facet.core.quantization.CalibrationMethod;
import dev.facet.core.quantization.ScaleTensors;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantizedPackTest {
    private static final String DIGEST = "ab".repeat(32);
    private static final String STEP = "quant.layer4.0.conv1.scale";
    private static final String ZERO_POINT = "quant.layer4.0.conv1.zero_point";

    private static ModulatorPack quantized() {
        ModulatorPack pack = RandomTensors.smallPack();
        PackQuantization quantization = new PackQuantization(
                Optional.of(DIGEST),
                CalibrationMethod.PERCENTILE,
                "photographs",
                64,
                List.of("layer4.0.conv2", "decoder.fuse.0.depthwise"),
                0.02);
        Map<Plan, Double> plans = new EnumMap<>(pack.manifest().plans());
        plans.put(Plan.INT8, -0.0015);
        PackManifest manifest = pack.manifest().withQuantization(Optional.of(quantization), plans);
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        tensors.put(ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT, pack.tensor(ModulatorPack.SELF_TEST_OUTPUT));
        Map<String, ActivationScale> scales = new LinkedHashMap<>();
        for (Activation activation : manifest.activations()) {
            scales.put(
                    activation.name(),
                    new ActivationScale(0.01f * (scales.size() + 1), activation.rectified() ? 0 : 200));
        }
        ScaleTensors.put(tensors, ModulatorPack.QUANTIZATION, scales);
        return new ModulatorPack(manifest, tensors, "");
    }

    /** The quantized pack's bytes after a change, under a digest that is right for them. */
    private static byte[] forged(String old, String replacement, Consumer<Map<String, Tensor>> change) {
        SafetensorsFile file = SafetensorsReader.read(PackWriter.toBytes(quantized()));
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        change.accept(tensors);
        String json = file.metadata().get(PackFormat.MANIFEST_KEY);
        assertThat(json).contains(old);
        String changed = json.replace(old, replacement);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(PackFormat.MANIFEST_KEY, changed);
        metadata.put(PackFormat.DIGEST_KEY, PackFormat.digest(changed, tensors));
        return SafetensorsWriter.toBytes(metadata, tensors);
    }

    private static PackException refusal(byte[] bytes) {
        return catchThrowableOfType(PackException.class, () -> PackReader.readUnbound(bytes));
    }

    @Test
    void aQuantizedPackReadsBackAsItWasWritten() {
        ModulatorPack pack = quantized();
        byte[] bytes = PackWriter.toBytes(pack);
        ModulatorPack read = PackReader.read(bytes, RandomTensors.bank());
        assertThat(read.manifest()).isEqualTo(pack.manifest());
        assertThat(read.scales()).isEqualTo(pack.scales()).hasSize(16);
        assertThat(PackWriter.toBytes(read)).isEqualTo(bytes);
    }

    @Test
    void aPackThatIsNotQuantizedSaysNothingOfIt() {
        ModulatorPack pack = RandomTensors.smallPack();
        assertThat(ManifestJson.write(pack.manifest())).doesNotContain("quantization");
        assertThat(ManifestJson.read(ManifestJson.write(pack.manifest()))).isEqualTo(pack.manifest());
    }

    @Test
    void aCopyUnderAnotherAddressStaysQuantized() {
        PackManifest manifest = quantized().manifest();
        assertThat(manifest.withAddress("other", "2", "").quantization()).isEqualTo(manifest.quantization());
        assertThat(manifest.withScores(List.of()).quantization()).isEqualTo(manifest.quantization());
    }

    /** Old readers ignored them, and so does this one where the manifest doesn't tell of them. */
    @Test
    void scalesWithoutTheirPropertyAreNotRead() {
        byte[] bytes = PackFixture.withTensors(tensors -> tensors.put("quant.anything", Tensor.of(new Shape(2), 1, 2)));
        assertThat(PackReader.readUnbound(bytes).manifest().quantization()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"calibration\":\"ab | \"calibration\":\"AB",
                "\"calibration\":\"ab | \"calibration\":\"",
                "\"method\":\"percentile\" | \"method\":\"guess\"",
                "\"method\":\"percentile\" | \"method\":null",
                "\"method\":\"percentile\" | \"method\":0",
                "\"imageCount\":64 | \"imageCount\":0",
                "\"imageCount\":64 | \"imageCount\":1000001",
                "\"imageCount\":64 | \"imageCount\":64.5",
                "\"imageCount\":64 | \"imageCount\":64,\"more\":1",
                "\"imageCount\":64, | ''",
                "\"images\":\"photographs\" | \"images\":\"\\u0007\"",
                "\"fp32\":[\"layer4.0.conv2\" | \"fp32\":[\"layer3.0.conv2\"",
                "\"fp32\":[\"layer4.0.conv2\" | \"fp32\":[\"decoder.predict\"",
                "\"fp32\":[\"layer4.0.conv2\" | \"fp32\":[\"decoder.fuse.0.depthwise\"",
                "\"fp32\":[\"layer4.0.conv2\" | \"fp32\":[null",
                "\"selfTestTolerance\":0.02 | \"selfTestTolerance\":0",
                "\"selfTestTolerance\":0.02 | \"selfTestTolerance\":1.01",
                "\"quantization\":{ | \"quantization\":null,\"quantization\":{"
            })
    void refusesAPropertyOutOfItsRange(String old, String replacement) {
        PackException refusal = refusal(forged(old, replacement, tensors -> {}));
        assertThat(refusal.findings()).extracting(PackException.Finding::fault).containsExactly(PackFault.BAD_MANIFEST);
    }

    @Test
    void refusesNullInPlaceOfTheProperty() {
        String json = ManifestJson.write(RandomTensors.smallPack().manifest());
        String withNull = json.substring(0, json.length() - 1) + ",\"quantization\":null}";
        assertThatThrownBy(() -> ManifestJson.read(withNull))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("BAD_MANIFEST");
    }

    @Test
    void refusesACalibrationOfAPackWithAPrefixThatIsMissing() {
        byte[] bytes = forged("\"calibration\":\"" + DIGEST + "\"", "\"calibration\":null", tensors -> {});
        assertThat(refusal(bytes)).hasMessageContaining("calibration: value=null, expected a digest");
    }

    @Test
    void refusesTensorsThatAreNotExactlyThoseOfTheActivations() {
        assertFault(PackFault.MISSING_TENSOR, STEP, tensors -> tensors.remove(STEP));
        assertFault(PackFault.MISSING_TENSOR, ZERO_POINT, tensors -> tensors.remove(ZERO_POINT));
        assertFault(
                PackFault.MISSING_TENSOR,
                "quant.selftest.output",
                tensors -> tensors.remove(ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT));
        assertFault(
                PackFault.UNEXPECTED_TENSOR,
                "quant.layer3.0.conv1.scale",
                tensors -> tensors.put("quant.layer3.0.conv1.scale", Tensor.of(new Shape(1), 1)));
        assertFault(PackFault.WRONG_SHAPE, STEP, tensors -> tensors.put(STEP, Tensor.of(new Shape(2), 1, 2)));
        assertFault(
                PackFault.WRONG_TYPE,
                STEP,
                tensors -> tensors.put(STEP, Tensor.of(new Shape(1), 1).toFloat16()));
        assertFault(PackFault.WRONG_TYPE, ZERO_POINT, tensors -> tensors.put(ZERO_POINT, Tensor.of(new Shape(1), 0)));
        assertFault(
                PackFault.WRONG_SHAPE,
                "quant.selftest.output",
                tensors -> tensors.put(
                        ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT, Tensor.of(new Shape(1, 1, 4, 4), new float[16])));
        float[] values = new float[20];
        values[7] = Float.NaN;
        assertFault(
                PackFault.NOT_FINITE,
                "quant.selftest.output",
                tensors -> tensors.put(
                        ModulatorPack.QUANTIZED_SELF_TEST_OUTPUT, Tensor.of(new Shape(1, 1, 4, 5), values)));
    }

    @Test
    void refusesScalesThatNoActivationHas() {
        for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE}) {
            assertFault(PackFault.BAD_SCALE, STEP, tensors -> tensors.put(STEP, Tensor.of(new Shape(1), bad)));
        }
        assertFault(
                PackFault.BAD_SCALE,
                ZERO_POINT,
                tensors -> tensors.put(ZERO_POINT, Tensor.ofBytes(new Shape(1), (byte) 1)));
    }

    private static void assertFault(PackFault fault, String tensor, Consumer<Map<String, Tensor>> change) {
        PackException refusal = refusal(forged("", "", change));
        assertThat(refusal.findings()).hasSize(1);
        assertThat(refusal.findings().get(0).fault()).isEqualTo(fault);
        assertThat(refusal).hasMessageContaining("'" + tensor + "'");
    }
}
