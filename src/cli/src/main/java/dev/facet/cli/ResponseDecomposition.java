package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.ort.response.ResponseProbe;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A bank in another basis: with U the vectors of a {@link ResponseBasis}, W_s = Uᵀ·W and the initial modulator is U, so that
 * U·W_s is the original convolution (ECCV 2020, section 3.2).
 *
 * <p>Cut to rank r, the best affine reconstruction of y adds b = ȳ − UUᵀȳ. The norm takes it in: running_mean ←
 * running_mean − b.
 */
final class ResponseDecomposition {
    private ResponseDecomposition() {}

    /**
     * The bank in a basis.
     *
     * @param keep rows that are kept
     * @param response the images behind the basis, if it is one of responses
     * @param provenance of the new bank
     */
    static FilterBank decompose(
            FilterBank bank,
            ResponseBasis bases,
            Ranks keep,
            Optional<BankManifest.Response> response,
            String provenance) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(bank.tensors());
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (Convolution conv : bank.manifest().architecture().convolutions()) {
            int channels = conv.outChannels();
            int rank = keep.of(conv);
            if (rank < channels) {
                ranks.put(conv.name(), rank);
            }
            ResponseBasis.Layer layer = bases.layers().get(conv.name());
            double[][] basis = layer.vectors();
            float[] modulator = new float[channels * rank];
            float[] transposed = new float[rank * channels];
            for (int row = 0; row < channels; row++) {
                for (int column = 0; column < rank; column++) {
                    modulator[row * rank + column] = (float) basis[column][row];
                    transposed[column * channels + row] = (float) basis[column][row];
                }
            }
            Weights filters = new Weights(new Shape(rank, channels, 1, 1), transposed)
                    .after(BankFolding.frozen(bank, conv.name()));
            tensors.put(conv.name(), Tensor.of(filters.shape(), filters.values()));
            tensors.put("init." + conv.name() + ".modulator", Tensor.of(new Shape(channels, rank, 1, 1), modulator));
            if (rank < channels) {
                String mean = "init." + conv.norm() + ".running_mean";
                tensors.put(mean, corrected(tensors.get(mean), layer.mean(), basis, rank));
            }
        }
        BankManifest manifest = new BankManifest(
                bank.manifest().architecture(),
                response,
                ranks,
                bank.manifest().input(),
                provenance,
                bank.manifest().licence());
        return new FilterBank(manifest, tensors);
    }

    private static Tensor corrected(Tensor runningMean, double[] mean, double[][] basis, int rank) {
        float[] values = runningMean.toFloatArray();
        double[] projected = new double[mean.length];
        for (int component = 0; component < rank; component++) {
            double product = 0;
            for (int i = 0; i < mean.length; i++) {
                product += basis[component][i] * mean[i];
            }
            for (int i = 0; i < mean.length; i++) {
                projected[i] += product * basis[component][i];
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] - (mean[i] - projected[i]));
        }
        return Tensor.of(runningMean.shape(), values);
    }

    /**
     * How far a convolution's responses are from the original's: max|Δ|/max|y| over images.
     *
     * @param sameInput to the input that the original network gives it
     * @param throughNetwork to what the other network gives it, with all differences of the layers before in it
     */
    record Difference(double sameInput, double throughNetwork) {
        Difference worse(Difference other) {
            return new Difference(Math.max(sameInput, other.sameInput), Math.max(throughNetwork, other.throughNetwork));
        }
    }

    /** The differences of every convolution between two banks. */
    static Map<String, Difference> differences(FilterBank original, FilterBank other, List<Path> images, int crop)
            throws IOException {
        Map<String, Difference> worst = new LinkedHashMap<>();
        try (ResponseProbe first = probe(original, other);
                ResponseProbe second = probe(other, other)) {
            for (Path image : images) {
                FloatBuffer input =
                        ImageFiles.centreCrop(image, crop, original.manifest().input());
                Map<String, ResponseProbe.Responses> expected = first.responses(input, crop, crop);
                Map<String, ResponseProbe.Responses> actual = second.responses(input, crop, crop);
                for (Convolution conv : original.manifest().architecture().convolutions()) {
                    ResponseProbe.Responses both = expected.get(conv.name());
                    Difference difference = new Difference(
                            difference(both.own(), both.other()),
                            difference(both.own(), actual.get(conv.name()).own()));
                    worst.merge(conv.name(), difference, Difference::worse);
                }
            }
        }
        return worst;
    }

    private static ResponseProbe probe(FilterBank bank, FilterBank other) {
        return new ResponseProbe(
                bank.manifest().architecture(), PlainLayers.of(bank), PlainLayers.of(other), Defaults.threads());
    }

    private static double difference(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
        }
        return difference / Math.max(largest, Double.MIN_NORMAL);
    }
}
