package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.facet.core.SharedData;
import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.BankReader;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Response initialization of a real network on real images (ECCV 2020, section 3.2). */
class ResponseInitializationTest {
    private static final int CROP = 96;
    private static final Ranks FULL = new Ranks(1, Map.of());
    private static final Optional<BankManifest.Response> RESPONSE =
            Optional.of(new BankManifest.Response("images", 4, "all"));

    @TempDir
    private static Path folder;

    private static FilterBank plain;
    private static List<Path> images;
    private static Map<String, ResponseStatistics.Sums> sums;
    private static ResponseBasis basis;
    private static FilterBank full;

    @BeforeAll
    static void importBackbone() throws IOException {
        Path backbone = SharedData.require("data/backbone/resnet18-imagenet.safetensors");
        images = ImageFiles.in(SharedData.require("data/imagenet_samples/images"))
                .subList(0, 4);
        Path file = folder.resolve("plain.safetensors");
        assertThat(FacetMain.run("bank", "import", backbone.toString(), "--out", file.toString()))
                .isZero();
        plain = BankReader.read(file);
        sums = responses(plain);
        basis = ResponseBasis.of(ResponseBasis.Kind.RESPONSES, plain, sums);
        full = ResponseDecomposition.decompose(plain, basis, FULL, RESPONSE, "test");
    }

    private static Map<String, ResponseStatistics.Sums> responses(FilterBank bank) throws IOException {
        return ResponseCollector.collect(
                Architecture.RESNET18,
                PlainLayers.of(bank),
                images,
                CROP,
                bank.manifest().input(),
                OptionalInt.empty(),
                "test");
    }

    private static FilterBank decompose(FilterBank bank, Map<String, ResponseStatistics.Sums> sums, Ranks ranks) {
        return ResponseDecomposition.decompose(
                bank, ResponseBasis.of(ResponseBasis.Kind.RESPONSES, bank, sums), ranks, RESPONSE, "test");
    }

    private static double worst(FilterBank bank) throws IOException {
        return ResponseDecomposition.differences(plain, bank, images, CROP).values().stream()
                .mapToDouble(difference -> Math.max(difference.sameInput(), difference.throughNetwork()))
                .max()
                .orElseThrow();
    }

    @Test
    void fullRankGivesEveryResponseOfTheOriginal() throws IOException {
        assertThat(worst(full)).isLessThanOrEqualTo(1e-4);
        assertThat(worst(RoundedBank.of(full))).isLessThanOrEqualTo(2e-3);
    }

    @Test
    void decompositionOfADecompositionGivesEveryResponseToo() throws IOException {
        assertThat(worst(decompose(full, sums, FULL))).isLessThanOrEqualTo(1e-4);
    }

    @Test
    void sameInputsGiveTheSameBank() throws IOException {
        assertThat(decompose(plain, responses(plain), FULL).fingerprint()).isEqualTo(full.fingerprint());
    }

    @Test
    void parametersAreThoseOfThePaper() {
        long filters = 0;
        long modulators = 0;
        for (Convolution conv : Architecture.RESNET18.convolutions()) {
            filters += full.tensor(conv.name()).shape().elements();
            modulators +=
                    full.tensor("init." + conv.name() + ".modulator").shape().elements();
        }
        assertThat(filters).isEqualTo(10_994_880);
        assertThat(modulators).isEqualTo(1_396_736);
    }

    /**
     * U·W_s⊛x lacks b = ȳ − UUᵀȳ; the running mean took it in, so that the norm's input minus its mean is on average what it
     * was. With the other sign it would be off by 2b.
     */
    @Test
    void truncatedRankKeepsTheMeanOfEveryNorm() {
        FilterBank truncated =
                ResponseDecomposition.decompose(plain, basis, new Ranks(0.5, Map.of()), RESPONSE, "test");
        for (Convolution conv : Architecture.RESNET18.convolutions()) {
            Weights modulator = BankFolding.modulator(truncated, conv.name());
            int rank = conv.outChannels() / 2;
            assertThat(modulator.columns()).isEqualTo(rank);
            double[] mean = sums.get(conv.name()).mean();
            double[] reconstructed = project(modulator.values(), rank, mean);
            float[] before = values(plain, conv);
            float[] after = values(truncated, conv);
            double largest = 0;
            double correction = 0;
            double error = 0;
            for (int i = 0; i < mean.length; i++) {
                largest = Math.max(largest, Math.abs(mean[i]));
                correction = Math.max(correction, Math.abs(before[i] - after[i]));
                error = Math.max(error, Math.abs((mean[i] - before[i]) - (reconstructed[i] - after[i])));
            }
            assertThat(error / largest).as(conv.name()).isLessThan(1e-5);
            assertThat(correction).as(conv.name()).isPositive();
        }
    }

    @Test
    void truncatedRankKeepsTheDirectionsOfMostVariance() throws IOException {
        FilterBank truncated =
                ResponseDecomposition.decompose(plain, basis, new Ranks(0.75, Map.of("conv1", 60)), RESPONSE, "test");
        assertThat(truncated.manifest().ranks())
                .containsEntry("layer4.1.conv2", 384)
                .containsEntry("conv1", 60);
        // A quarter of the directions is gone, those of least variance.
        Map<String, ResponseDecomposition.Difference> differences =
                ResponseDecomposition.differences(plain, truncated, images, CROP);
        assertThat(differences.get("conv1").sameInput()).isLessThan(0.1);
    }

    @Test
    void readsWhatItWroteInTheReferencesFolder() throws IOException {
        Path ri = folder.resolve("RI");
        ResponseFolder.write(ri, basis);
        assertThat(ri.resolve("layer4_1_conv2/singular_values.npy")).exists();
        ResponseBasis.Layer stem = basis.layers().get("conv1");
        assertThat(stem.singularValues()[0]).isGreaterThan(stem.singularValues()[63]);
        ResponseBasis read = ResponseFolder.read(ri, Architecture.RESNET18);
        for (int i = 0; i < 64; i++) {
            assertThat(read.layers().get("conv1").vectors()[i]).containsExactly(stem.vectors()[i], within(1e-7));
        }
        Path out = folder.resolve("from-ri.safetensors");
        assertThat(FacetMain.run(
                        "bank",
                        "decompose",
                        folder.resolve("plain.safetensors").toString(),
                        "--ri",
                        ri.toString(),
                        "--out",
                        out.toString()))
                .isZero();
        FilterBank bank = BankReader.read(out);
        assertThat(worst(bank)).isLessThanOrEqualTo(1e-4);
        assertThat(bank.manifest().response())
                .as("pretrained_architecture: RC_RI asks for a basis of responses, whoever made it")
                .contains(new BankManifest.Response("RI", 0, "unknown"));
        Files.delete(ri.resolve("layer3_0_conv1/mean.npy"));
        assertThatThrownBy(() -> ResponseFolder.read(ri, Architecture.RESNET18))
                .hasMessageContaining("layer3_0_conv1")
                .hasMessageContaining("mean.npy");
    }

    /** Of every basis of half the rank, that of the responses loses least of them, by Eckart and Young. */
    @Test
    void atACutRankResponsesKeepMoreThanSingularVectorsAndTheseMoreThanTheFirstFilters() {
        Map<ResponseBasis.Kind, Double> lost = new EnumMap<>(ResponseBasis.Kind.class);
        for (Convolution conv : Architecture.RESNET18.convolutions()) {
            // The larger ones take minutes of eigenvectors.
            if (conv.outChannels() <= 128) {
                for (ResponseBasis.Kind kind : ResponseBasis.Kind.values()) {
                    ResponseStatistics.Sums sum = sums.get(conv.name());
                    ResponseBasis.Layer layer =
                            ResponseBasis.of(kind, BankFolding.frozen(plain, conv.name()), conv, sum);
                    lost.merge(kind, lostShare(sum, layer, conv.outChannels() / 2), Double::sum);
                }
            }
        }
        assertThat(lost.get(ResponseBasis.Kind.RESPONSES)).isLessThan(lost.get(ResponseBasis.Kind.WEIGHTS));
        assertThat(lost.get(ResponseBasis.Kind.WEIGHTS)).isLessThan(lost.get(ResponseBasis.Kind.FILTERS));
    }

    /** The share of the responses' variance outside of the first vectors. */
    private static double lostShare(ResponseStatistics.Sums sums, ResponseBasis.Layer layer, int rank) {
        double[] covariance = sums.covariance();
        int channels = layer.mean().length;
        double total = 0;
        for (int i = 0; i < channels; i++) {
            total += covariance[i * channels + i];
        }
        double kept = 0;
        for (int component = 0; component < rank; component++) {
            double[] vector = layer.vectors()[component];
            for (int i = 0; i < channels; i++) {
                for (int j = 0; j < channels; j++) {
                    kept += vector[i] * covariance[i * channels + j] * vector[j];
                }
            }
        }
        return 1 - kept / total;
    }

    private static float[] values(FilterBank bank, Convolution conv) {
        Tensor mean = bank.tensor("init." + conv.norm() + ".running_mean");
        return mean.toFloatArray();
    }

    /** UUᵀy for U [C, rank]. */
    private static double[] project(float[] basis, int rank, double[] y) {
        double[] result = new double[y.length];
        for (int component = 0; component < rank; component++) {
            double product = 0;
            for (int i = 0; i < y.length; i++) {
                product += basis[i * rank + component] * y[i];
            }
            for (int i = 0; i < y.length; i++) {
                result[i] += product * basis[i * rank + component];
            }
        }
        return result;
    }
}
