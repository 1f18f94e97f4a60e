package dev.facet.cli;

import dev.facet.core.bank.BankManifest;
import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import dev.facet.runtime.engine.ort.ResponseProbe;
import dev.facet.runtime.engine.ort.ResponseStatistics;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * Response initialization: with U the eigenvectors of the centred covariance of a convolution's responses, by decreasing
 * eigenvalue, W_s = Uᵀ·W and the initial modulator is U, so that U·W_s is the original convolution (ECCV 2020, section 3.2).
 *
 * <p>Cut to rank r, the best affine reconstruction of y adds b = ȳ − UUᵀȳ. The norm takes it in: running_mean ←
 * running_mean − b.
 */
final class ResponseDecomposition {
    private static final double ORTHOGONALITY = 1e-6;

    private ResponseDecomposition() {}

    /**
     * The bank in the basis of its responses.
     *
     * @param keep rows that are kept
     */
    static FilterBank decompose(
            FilterBank bank, Map<String, ResponseStatistics.Sums> sums, Ranks keep, BankManifest.Response response) {
        Map<String, Tensor> tensors = new LinkedHashMap<>(bank.tensors());
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (Convolution conv : bank.manifest().architecture().convolutions(32)) {
            int channels = conv.outChannels();
            int rank = keep.of(conv);
            if (rank < channels) {
                ranks.put(conv.name(), rank);
            }
            ResponseStatistics.Sums sum = sums.get(conv.name());
            double[][] basis = basis(conv.name(), sum.covariance(), channels);
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
                tensors.put(mean, corrected(tensors.get(mean), sum.mean(), basis, rank));
            }
        }
        BankManifest manifest = new BankManifest(
                bank.manifest().architecture(),
                Optional.of(response),
                ranks,
                bank.manifest().input(),
                bank.manifest().provenance(),
                bank.manifest().licence());
        return new FilterBank(manifest, tensors);
    }

    /** Eigenvectors by decreasing eigenvalue; the sign makes the largest entry positive, so that the bytes are the same. */
    private static double[][] basis(String name, double[] covariance, int channels) {
        EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(channels, true, true);
        if (!solver.decompose(new DMatrixRMaj(channels, channels, true, covariance))) {
            throw new CommandFailure("no eigenvectors found: convolution='%s'".formatted(name));
        }
        int[] order = IntStream.range(0, channels)
                .boxed()
                .sorted((a, b) -> Double.compare(
                        solver.getEigenvalue(b).getReal(),
                        solver.getEigenvalue(a).getReal()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[][] basis = new double[channels][];
        for (int i = 0; i < channels; i++) {
            basis[i] = oriented(solver.getEigenVector(order[i]).getData().clone());
        }
        checkOrthogonal(name, basis);
        return basis;
    }

    private static double[] oriented(double[] vector) {
        int largest = 0;
        for (int i = 1; i < vector.length; i++) {
            if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
                largest = i;
            }
        }
        if (vector[largest] < 0) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = -vector[i];
            }
        }
        return vector;
    }

    private static void checkOrthogonal(String name, double[][] basis) {
        for (int i = 0; i < basis.length; i++) {
            for (int j = i; j < basis.length; j++) {
                double product = 0;
                for (int k = 0; k < basis.length; k++) {
                    product += basis[i][k] * basis[j][k];
                }
                if (!(Math.abs(product - (i == j ? 1 : 0)) < ORTHOGONALITY)) {
                    throw new CommandFailure(
                            "eigenvectors are not orthonormal: convolution='%s', product=%s".formatted(name, product));
                }
            }
        }
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
     * How far a convolution's responses are from the original's: max|Δ|/max|y| over photos.
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
    static Map<String, Difference> differences(FilterBank original, FilterBank other, List<Path> photos, int crop)
            throws IOException {
        Map<String, Difference> worst = new LinkedHashMap<>();
        try (ResponseProbe first = probe(original, other);
                ResponseProbe second = probe(other, other)) {
            for (Path photo : photos) {
                FloatBuffer input =
                        Photos.centreCrop(photo, crop, original.manifest().input());
                Map<String, ResponseProbe.Responses> expected = first.responses(input, crop, crop);
                Map<String, ResponseProbe.Responses> actual = second.responses(input, crop, crop);
                for (Convolution conv : original.manifest().architecture().convolutions(32)) {
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
