package dev.facet.runtime.engine.ort.response;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.Affine;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.runtime.engine.RandomNetworks;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ResponseStatisticsTest {
    private static final int HEIGHT = 64;
    private static final int WIDTH = 96;

    @Test
    void sumsAreThoseOfTheResponsesOfEveryPosition() {
        FilterBank bank = RandomNetworks.bank(70);
        Architecture architecture = bank.manifest().architecture();
        Map<String, PlainLayer> layers = layers(bank);
        List<FloatBuffer> images =
                List.of(RandomNetworks.image(HEIGHT, WIDTH, 1), RandomNetworks.image(HEIGHT, WIDTH, 2));
        Map<String, ResponseStatistics.Sums> sums;
        List<Map<String, ResponseProbe.Responses>> responses = new ArrayList<>();
        try (ResponseStatistics statistics = new ResponseStatistics(architecture, layers, OptionalInt.empty(), 2);
                ResponseProbe probe = new ResponseProbe(architecture, layers, layers, 2)) {
            for (FloatBuffer image : images) {
                statistics.add(image, HEIGHT, WIDTH);
                responses.add(probe.responses(image, HEIGHT, WIDTH));
            }
            sums = statistics.sums();
        }
        assertThat(sums.keySet()).isEqualTo(layers.keySet());
        for (String layer : List.of("conv1", "layer1.1.conv2", "layer2.0.downsample.0", "layer4.1.conv2")) {
            check(
                    sums.get(layer),
                    responses.stream().map(each -> each.get(layer).own()).toList());
        }
    }

    @Test
    void randomPositionsGiveAboutTheMeanOfAll() {
        FilterBank bank = RandomNetworks.bank(70);
        Architecture architecture = bank.manifest().architecture();
        Map<String, PlainLayer> layers = layers(bank);
        FloatBuffer image = RandomNetworks.image(HEIGHT, WIDTH, 1);
        Map<String, ResponseStatistics.Sums> all = sums(architecture, layers, image, OptionalInt.empty());
        Map<String, ResponseStatistics.Sums> some = sums(architecture, layers, image, OptionalInt.of(4000));
        for (String layer : List.of("conv1", "layer2.0.conv1", "layer4.1.conv2")) {
            assertThat(some.get(layer).count()).isEqualTo(4000);
            double[] mean = all.get(layer).mean();
            double[] variance = all.get(layer).variance();
            double[] sampled = some.get(layer).mean();
            for (int i = 0; i < mean.length; i++) {
                assertThat(sampled[i]).isCloseTo(mean[i], within(6 * Math.sqrt(variance[i] / 4000) + 1e-6));
            }
        }
        assertThat(sums(architecture, layers, image, OptionalInt.of(4000))
                        .get("layer1.0.conv1")
                        .products())
                .as("the same positions every time")
                .isEqualTo(some.get("layer1.0.conv1").products());
    }

    private static Map<String, ResponseStatistics.Sums> sums(
            Architecture architecture, Map<String, PlainLayer> layers, FloatBuffer image, OptionalInt positions) {
        try (ResponseStatistics statistics = new ResponseStatistics(architecture, layers, positions, 1)) {
            statistics.add(image, HEIGHT, WIDTH);
            return statistics.sums();
        }
    }

    private static void check(ResponseStatistics.Sums sums, List<float[]> responses) {
        int channels = sums.sum().length;
        int positions = responses.get(0).length / channels;
        assertThat(sums.count()).isEqualTo((long) positions * responses.size());
        for (int i : new int[] {0, 1, channels - 1}) {
            double sum = 0;
            double product = 0;
            int j = (i + 3) % channels;
            for (float[] response : responses) {
                for (int position = 0; position < positions; position++) {
                    sum += response[i * positions + position];
                    product += (double) response[i * positions + position] * response[j * positions + position];
                }
            }
            double scale = sums.products()[i * channels + i];
            assertThat(sums.sum()[i]).isCloseTo(sum, within(1e-5 * Math.sqrt(scale * sums.count())));
            assertThat(sums.products()[i * channels + j])
                    .isCloseTo(product, within(1e-5 * scale + 1e-5 * Math.abs(product)));
            assertThat(sums.mean()[i]).isCloseTo(sum / sums.count(), within(1e-5 * Math.sqrt(scale)));
        }
    }

    private static Map<String, PlainLayer> layers(FilterBank bank) {
        Map<String, PlainLayer> layers = new LinkedHashMap<>();
        for (Convolution conv : bank.manifest().architecture().convolutionsAndShortcuts()) {
            Weights filters = conv.kernel() == 1
                    ? Weights.of(bank.tensor("init." + conv.name() + ".weight"))
                    : BankFolding.frozen(bank, conv.name());
            layers.put(
                    conv.name(),
                    new PlainLayer(filters, Optional.empty(), Affine.ofNorm(bank::tensor, "init." + conv.norm())));
        }
        return layers;
    }
}
