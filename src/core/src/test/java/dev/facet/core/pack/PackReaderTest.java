package dev.facet.core.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.facet.core.RandomTensors;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.task.Depth;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PackReaderTest {
    private static final Decoder SMALL = new Decoder(Decoder.Kind.SEPARABLE, 1, 1, List.of(1, 2, 3));

    @TempDir
    private Path folder;

    @Test
    void aPackReadsBackAsItWasWritten() throws Exception {
        ModulatorPack pack = RandomTensors.smallPack();
        Path file = folder.resolve("small.safetensors");

        String digest = PackWriter.write(file, pack);
        ModulatorPack read = PackReader.read(file, RandomTensors.bank());

        assertThat(read.manifest()).isEqualTo(pack.manifest());
        assertThat(read.tensors()).containsExactlyInAnyOrderEntriesOf(pack.tensors());
        assertThat(read.digest()).isEqualTo(digest);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        assertThat(digest).isEqualTo(HexFormat.of().formatHex(hash));
    }

    @Test
    void theSamePackGivesTheSameBytes() throws IOException {
        Path file = folder.resolve("small.safetensors");
        PackWriter.write(file, RandomTensors.smallPack());
        assertThat(Files.readAllBytes(file)).isEqualTo(PackFixture.BYTES);
        assertThat(PackWriter.toBytes(PackReader.readUnbound(file))).isEqualTo(PackFixture.BYTES);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @ParameterizedTest
    @EnumSource(Modulation.class)
    void everyModulationReadsBack(Modulation modulation) {
        ModulatorPack pack =
                RandomTensors.pack(RandomTensors.bank(), modulation, Stage.LAYER4, SMALL, new Depth("metre", 0.001), 3);
        ModulatorPack read = PackReader.read(PackWriter.toBytes(pack), RandomTensors.bank());
        assertThat(read.manifest()).isEqualTo(pack.manifest());
        assertThat(read.tensors()).containsExactlyInAnyOrderEntriesOf(pack.tensors());
    }

    @Test
    void halfPrecisionTensorsAreKeptAsTheyAre() {
        byte[] bytes = PackFixture.withTensors(tensors ->
                tensors.replaceAll((name, tensor) -> name.startsWith("selftest.") ? tensor : tensor.toFloat16()));
        ModulatorPack pack = PackReader.read(bytes, RandomTensors.bank());
        assertThat(pack.tensor("decoder.predict.weight").type()).hasToString("F16");
        assertThat(bytes.length).isLessThan(PackFixture.BYTES.length);
    }

    @Test
    void readsAPackWrittenByAnotherProgram() throws IOException {
        // Spaces between tokens, as Python's json.dumps writes them.
        SafetensorsFile file = SafetensorsReader.read(PackFixture.BYTES);
        int headerLength = (int) java.nio.ByteBuffer.wrap(PackFixture.BYTES)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getLong(0);
        String header = new String(PackFixture.BYTES, 8, headerLength, StandardCharsets.UTF_8).trim();
        String spaced = header.replace("\"dtype\":", "\"dtype\": ");
        byte[] text = spaced.getBytes(StandardCharsets.UTF_8);
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(PackFixture.BYTES.length - headerLength + text.length)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        out.putLong(text.length)
                .put(text)
                .put(PackFixture.BYTES, 8 + headerLength, PackFixture.BYTES.length - 8 - headerLength);

        assertThat(PackReader.readUnbound(out.array()).tensors()).isEqualTo(file.tensors());
    }

    @Test
    void refusesAPackForAnotherBank() {
        FilterBank other = RandomTensors.bank(Architecture.RESNET18, true, Map.of(), 99);
        PackException refusal = refusal(() -> PackReader.read(PackFixture.BYTES, other));
        assertThat(refusal.fault()).isEqualTo(PackFault.WRONG_BANK);
        assertThat(refusal)
                .hasMessageContaining(other.fingerprint())
                .hasMessageContaining(RandomTensors.bank().fingerprint());
    }

    @Test
    void refusesAPrefixOnABankWithoutInitialValues() {
        FilterBank bare = RandomTensors.bank(Architecture.RESNET18, false, Map.of(), 1);
        ModulatorPack pack = RandomTensors.pack(bare, Modulation.RC, Stage.LAYER4, SMALL, new Depth("metre", 0.001), 3);
        PackException refusal = refusal(() -> PackReader.read(PackWriter.toBytes(pack), bare));
        assertThat(refusal.fault()).isEqualTo(PackFault.WRONG_BANK);
        assertThat(refusal).hasMessageContaining("no initial values");
    }

    @Test
    void aWholePrivateNetworkFitsEveryBankOfItsArchitecture() {
        ModulatorPack pack = RandomTensors.pack(
                RandomTensors.bank(), Modulation.NONE, Stage.CONV1, SMALL, new Depth("metre", 0.001), 3);
        byte[] bytes = PackWriter.toBytes(pack);
        assertThat(PackReader.read(bytes, RandomTensors.bank(Architecture.RESNET18, false, Map.of(), 5))
                        .manifest()
                        .bank())
                .isEmpty();
        FilterBank deep = RandomTensors.bank(Architecture.RESNET34, false, Map.of(), 5);
        assertThat(refusal(() -> PackReader.read(bytes, deep)).fault()).isEqualTo(PackFault.WRONG_BANK);
    }

    @Test
    void namesEveryFaultOfAPack() {
        byte[] bytes = PackFixture.withTensors(tensors -> {
            tensors.remove("decoder.predict.bias");
            tensors.put("decoder.extra", Tensor.of(new Shape(1), 1));
            tensors.put("layer4.0.bn1.weight", Tensor.of(new Shape(511), new float[511]));
        });
        PackException refusal = refusal(() -> PackReader.readUnbound(bytes));
        assertThat(refusal.findings())
                .extracting(PackException.Finding::fault)
                .containsExactlyInAnyOrder(
                        PackFault.MISSING_TENSOR, PackFault.WRONG_SHAPE, PackFault.UNEXPECTED_TENSOR);
        assertThat(refusal)
                .hasMessageContaining("decoder.predict.bias")
                .hasMessageContaining("decoder.extra")
                .hasMessageContaining("[511], expected=[512]");
    }

    @Test
    void refusesTensorsThatMustNotBe() {
        Shape vector = new Shape(512);
        float[] nan = new float[512];
        nan[511] = Float.NaN;
        float[] negative = new float[512];
        negative[0] = -1e-9f;
        check(tensors -> tensors.put("layer4.0.bn1.bias", Tensor.of(vector, nan)), PackFault.NOT_FINITE);
        check(tensors -> tensors.put("layer4.0.bn1.running_var", Tensor.of(vector, negative)), PackFault.NOT_FINITE);
        check(tensors -> tensors.put("layer4.0.bn1.bias", Tensor.ofBytes(vector, new byte[512])), PackFault.WRONG_TYPE);
        check(tensors -> tensors.remove(ModulatorPack.SELF_TEST_IMAGE), PackFault.MISSING_TENSOR);
        check(
                tensors -> tensors.put(
                        ModulatorPack.SELF_TEST_IMAGE, Tensor.ofBytes(new Shape(97, 1, 3), new byte[97 * 3])),
                PackFault.WRONG_SHAPE);
        check(
                tensors -> tensors.put(ModulatorPack.SELF_TEST_OUTPUT, Tensor.of(new Shape(1, 2, 4, 5), new float[40])),
                PackFault.WRONG_SHAPE);
        check(
                tensors -> tensors.put("quant.scale", Tensor.of(new Shape(1), Float.POSITIVE_INFINITY)),
                PackFault.NOT_FINITE);
    }

    private static void check(Consumer<Map<String, Tensor>> change, PackFault fault) {
        assertThat(refusal(() -> PackReader.readUnbound(PackFixture.withTensors(change)))
                        .fault())
                .isEqualTo(fault);
    }

    @Test
    void readsTheScalesOfAQuantizedPlan() {
        Tensor scale = Tensor.of(new Shape(2), 0.5f, 0.25f);
        byte[] bytes = PackFixture.withTensors(tensors -> tensors.put("quant.conv1.scale", scale));
        assertThat(PackReader.readUnbound(bytes).tensor("quant.conv1.scale")).isEqualTo(scale);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"format\":1 | \"format\":2",
                "\"format\":1 | \"format\":1.0",
                "\"format\":1 | \"format\":\"1\"",
                "\"format\":1 | \"format\":1,\"format\":1",
                "\"format\":1 | \"format\":1,\"extra\":0",
                "\"format\":1, | ``",
                "\"ranks\":{}, | ``",
                "\"ranks\":{} | \"ranks\":{\"conv1\":-5}",
                "\"ranks\":{} | \"ranks\":{\"conv1\":null}",
                "\"ranks\":{} | \"ranks\":{\"conv1\":1e400}",
                "\"small-pack\" | \"Small Pack\"",
                "\"small-pack\" | \"../../etc/passwd\"",
                "\"small-pack\" | null",
                "\"version\":\"1\" | \"version\":\"1.0\"",
                "\"resnet18\" | \"resnet50\"",
                "\"outputStride\":16 | \"outputStride\":64",
                "\"modulatedFrom\":\"layer4\" | \"modulatedFrom\":\"layer9\"",
                "\"norm\" | \"unknown\"",
                "\"kind\":\"edges\" | \"kind\":\"java.lang.Runtime\"",
                "\"kind\":\"edges\" | \"kind\":\"segmentation\"",
                "\"kind\":\"separable\" | \"kind\":\"unknown\"",
                "\"width\":1, | \"width\":2147483647,",
                "\"rates\":[1,2,3] | \"rates\":[1,2,null]",
                "\"rates\":[1,2,3] | \"rates\":[1,2]",
                "\"plans\":{\"factored\":0.0,\"merged\":0.0} | \"plans\":{}",
                "\"plans\":{\"factored\":0.0,\"merged\":0.0} | \"plans\":{\"fast\":0.0}",
                "\"plans\":{\"factored\":0.0,\"merged\":0.0} | \"plans\":{\"factored\":NaN}",
                "\"value\":0.5 | \"value\":1e999",
                "\"size\":64 | \"size\":100000",
                "\"selfTestTolerance\":0.001 | \"selfTestTolerance\":0",
                "\"bank\":\" | \"bank\":\"0"
            })
    void refusesAManifestThatIsNotOfTheFormat(String old, String replacement) {
        byte[] bytes = PackFixture.withManifest(old, replacement);
        assertThat(refusal(() -> PackReader.readUnbound(bytes)).fault()).isEqualTo(PackFault.BAD_MANIFEST);
    }

    @Test
    void refusesAManifestThatIsNotJson() {
        for (String json : List.of("", "null", "[]", "{", "{}", "\"text\"", "{}{}", "[".repeat(10_000))) {
            byte[] bytes = PackFixture.forged(old -> json, tensors -> {});
            assertThat(refusal(() -> PackReader.readUnbound(bytes)).fault())
                    .as(json)
                    .isEqualTo(PackFault.BAD_MANIFEST);
        }
    }

    @Test
    void refusesAFileWithoutManifestOrDigestOrWithMoreMetadata() {
        SafetensorsFile file = SafetensorsReader.read(PackFixture.BYTES);
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        metadata.put("note", "unseen by the digest");
        assertThat(refusal(metadata, file).fault()).isEqualTo(PackFault.BAD_FILE);
        metadata.remove("note");
        metadata.remove(PackFormat.MANIFEST_KEY);
        assertThat(refusal(metadata, file).fault()).isEqualTo(PackFault.BAD_MANIFEST);
        metadata.put(PackFormat.MANIFEST_KEY, file.metadata().get(PackFormat.MANIFEST_KEY));
        metadata.put(PackFormat.DIGEST_KEY, "0".repeat(64));
        assertThat(refusal(metadata, file).fault()).isEqualTo(PackFault.DIGEST_MISMATCH);
    }

    private static PackException refusal(Map<String, String> metadata, SafetensorsFile file) {
        byte[] bytes = SafetensorsWriter.toBytes(metadata, file.tensors());
        return refusal(() -> PackReader.readUnbound(bytes));
    }

    @Test
    void refusesAPackAboveTheLimitBeforeReadingIt() throws IOException {
        Path file = folder.resolve("large");
        Files.write(file, PackFixture.BYTES);
        PackException refusal = refusal(() -> PackReader.read(file, RandomTensors.bank(), 1000));
        assertThat(refusal.fault()).isEqualTo(PackFault.TOO_LARGE);
        assertThat(refusal).hasMessageContaining("expected at most 1000");
    }

    @Test
    void refusesEmptyAndForeignFiles() {
        for (byte[] bytes : List.of(new byte[0], new byte[8], Arrays.copyOf(PackFixture.BYTES, 100))) {
            assertThat(refusal(() -> PackReader.readUnbound(bytes)).fault()).isEqualTo(PackFault.BAD_FILE);
        }
    }

    @Test
    void aPackThatCouldNotBeReadIsNotWritten() {
        ModulatorPack pack = RandomTensors.smallPack();
        Map<String, Tensor> tensors = new LinkedHashMap<>(pack.tensors());
        tensors.remove("decoder.predict.bias");
        Path file = folder.resolve("broken.safetensors");
        assertThatThrownBy(() -> PackWriter.write(file, new ModulatorPack(pack.manifest(), tensors, "")))
                .isInstanceOf(PackException.class);
        assertThat(file).doesNotExist();
    }

    private interface Reading {
        void run() throws IOException;
    }

    static PackException refusal(Reading reading) {
        PackException refusal = catchThrowableOfType(PackException.class, reading::run);
        assertThat(refusal).isNotNull();
        return refusal;
    }
}
