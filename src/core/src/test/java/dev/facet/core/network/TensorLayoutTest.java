package dev.facet.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameter counts of the method, exact: ECCV 2020 with the reference's decoder. */
class TensorLayoutTest {
    private static final Decoder REFERENCE = Decoder.reference(16);

    @ParameterizedTest
    @CsvSource({
        "resnet18, 10994880, 1396736,  9600, 172032, 1578368, 11176512",
        "resnet34, 21095616, 2519040, 17024, 172032, 2708096, 21284672"
    })
    void countsTheEncodersParameters(
            String id, long bank, long modulators, long norms, long shortcuts, long rc, long baseline) {
        Architecture architecture = Architecture.of(id);
        assertThat(count(TensorLayout.bank(architecture, Map.of(), false), name -> true))
                .isEqualTo(bank);
        Map<String, Shape> encoder = TensorLayout.encoder(architecture, Modulation.RC, Stage.CONV1, Map.of());
        assertThat(count(encoder, name -> name.endsWith(".modulator"))).isEqualTo(modulators);
        assertThat(count(encoder, TensorLayoutTest::isNormAffine)).isEqualTo(norms);
        assertThat(count(encoder, name -> name.endsWith(".running_mean") || name.endsWith(".running_var")))
                .isEqualTo(norms);
        assertThat(count(encoder, name -> name.endsWith(".downsample.0.weight")))
                .isEqualTo(shortcuts);
        // The gains of normalized feature fusion (ΣC_out) are merged into the modulators here.
        assertThat(count(encoder, TensorLayoutTest::isTrained)).isEqualTo(rc);
        assertThat(count(
                        TensorLayout.encoder(architecture, Modulation.NONE, Stage.CONV1, Map.of()),
                        TensorLayoutTest::isTrained))
                .isEqualTo(baseline);
    }

    @ParameterizedTest
    @CsvSource({"resnet18, 3904, 1582272", "resnet34, 7616, 2715712"})
    void countsTheGainsThatTrainingAdds(String id, long gains, long trained) {
        Architecture architecture = Architecture.of(id);
        long rows = architecture.convolutions().stream()
                .mapToLong(Convolution::outChannels)
                .sum();
        long encoder = count(
                TensorLayout.encoder(architecture, Modulation.RC, Stage.CONV1, Map.of()), TensorLayoutTest::isTrained);
        assertThat(rows).isEqualTo(gains);
        assertThat(encoder + rows).isEqualTo(trained);
    }

    @ParameterizedTest
    @CsvSource({"1, 257", "3, 771", "7, 1799", "21, 5397", "41, 10537"})
    void countsTheDecodersParameters(int outputs, long predictor) {
        Map<String, Shape> decoder = TensorLayout.decoder(REFERENCE, outputs);
        Predicate<String> aspp = name -> name.startsWith("decoder.aspp.") || name.startsWith("decoder.project.");
        assertThat(count(decoder, aspp.and(TensorLayoutTest::isTrained))).isEqualTo(4_131_840);
        assertThat(count(decoder, name -> name.startsWith("decoder.low.") && isTrained(name)))
                .isEqualTo(3_168);
        assertThat(count(decoder, name -> name.startsWith("decoder.fuse.") && isTrained(name)))
                .isEqualTo(1_291_264);
        assertThat(count(decoder, name -> name.startsWith("decoder.predict."))).isEqualTo(predictor);
    }

    @Test
    void aPrefixHasNoTensorsInThePack() {
        Map<String, Shape> layout =
                TensorLayout.pack(Architecture.RESNET18, Modulation.RC, Stage.LAYER3, Map.of(), REFERENCE, 1);
        assertThat(layout.keySet())
                .allMatch(
                        name -> name.startsWith("layer3.") || name.startsWith("layer4.") || name.startsWith("decoder."))
                .contains("layer3.0.downsample.0.weight", "layer3.0.conv1.modulator");
    }

    @Test
    void refusesRanksThatNoBankHas() {
        for (Map<String, Integer> ranks :
                List.of(Map.of("conv1", 0), Map.of("conv1", 64), Map.of("conv1", -1), Map.of("conv9", 1))) {
            assertThatThrownBy(() -> TensorLayout.checkRanks(Architecture.RESNET18, ranks))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rank of ");
        }
        TensorLayout.checkRanks(Architecture.RESNET18, Map.of("conv1", 63, "layer4.1.conv2", 1));
    }

    private static boolean isTrained(String name) {
        return !name.contains(".running_");
    }

    private static boolean isNormAffine(String name) {
        return name.matches("(.*\\.)?(bn\\d|downsample\\.1)\\.(weight|bias)");
    }

    private static long count(Map<String, Shape> layout, Predicate<String> counted) {
        return layout.entrySet().stream()
                .filter(entry -> counted.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().elements())
                .sum();
    }
}
