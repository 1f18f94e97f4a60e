package dev.facet.cli;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.folding.BankFolding;
import dev.facet.core.folding.Weights;
import dev.facet.core.network.Convolution;
import dev.facet.runtime.engine.ort.response.ResponseStatistics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * An orthonormal basis of every convolution's responses, what matters most first. At full rank all are equally good; cut to
 * a rank they are not.
 *
 * @param layers by convolution
 */
record ResponseBasis(Map<String, Layer> layers) {
    private static final double ORTHOGONALITY = 1e-6;

    /**
     * The basis of one convolution.
     *
     * @param vectors unit vectors, [C][C], the first is kept longest
     * @param mean ȳ, mean response, [C]
     * @param singularValues of the vectors, decreasing, [C]
     */
    record Layer(double[][] vectors, double[] mean, double[] singularValues) {}

    /** How vectors are found. */
    enum Kind {
        /** Eigenvectors of the centred covariance of responses: response initialization (ECCV 2020, section 3.2). */
        RESPONSES,
        /** Left singular vectors of the filters, [C, C_in·k²]. */
        WEIGHTS,
        /** The filters themselves, in their order. */
        FILTERS
    }

    static ResponseBasis of(Kind kind, FilterBank bank, Map<String, ResponseStatistics.Sums> sums) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (Convolution conv : bank.manifest().architecture().convolutions()) {
            layers.put(conv.name(), of(kind, BankFolding.frozen(bank, conv.name()), conv, sums.get(conv.name())));
        }
        return new ResponseBasis(layers);
    }

    static Layer of(Kind kind, Weights filters, Convolution conv, ResponseStatistics.Sums sum) {
        return switch (kind) {
            case RESPONSES ->
                // σ² = λ·(n − 1), as of the centred responses themselves.
                eigenvectors(conv.name(), sum.covariance(), sum.mean(), Math.max(1, sum.count() - 1));
            case WEIGHTS -> eigenvectors(conv.name(), products(filters), sum.mean(), 1);
            case FILTERS -> unitVectors(sum.mean());
        };
    }

    private static Layer unitVectors(double[] mean) {
        double[][] vectors = new double[mean.length][mean.length];
        double[] ones = new double[mean.length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < mean.length; i++) {
            vectors[i][i] = 1;
        }
        return new Layer(vectors, mean, ones);
    }

    /** W·Wᵀ, [C·C]. */
    private static double[] products(Weights filters) {
        int rows = filters.rows();
        int columns = filters.values().length / rows;
        double[] products = new double[rows * rows];
        for (int i = 0; i < rows; i++) {
            for (int j = i; j < rows; j++) {
                double sum = 0;
                for (int k = 0; k < columns; k++) {
                    sum += (double) filters.values()[i * columns + k] * filters.values()[j * columns + k];
                }
                products[i * rows + j] = sum;
                products[j * rows + i] = sum;
            }
        }
        return products;
    }

    /** Eigenvectors by decreasing eigenvalue; the sign makes the largest entry positive, so that the bytes are the same. */
    private static Layer eigenvectors(String name, double[] symmetric, double[] mean, double factor) {
        int channels = mean.length;
        EigenDecomposition_F64<DMatrixRMaj> solver = DecompositionFactory_DDRM.eig(channels, true, true);
        if (!solver.decompose(new DMatrixRMaj(channels, channels, true, symmetric))) {
            throw new CommandFailure("no eigenvectors found: convolution='%s'".formatted(name));
        }
        int[] order = IntStream.range(0, channels)
                .boxed()
                .sorted((a, b) -> Double.compare(
                        solver.getEigenvalue(b).getReal(),
                        solver.getEigenvalue(a).getReal()))
                .mapToInt(Integer::intValue)
                .toArray();
        double[][] vectors = new double[channels][];
        double[] singularValues = new double[channels];
        for (int i = 0; i < channels; i++) {
            vectors[i] = oriented(solver.getEigenVector(order[i]).getData().clone());
            singularValues[i] =
                    Math.sqrt(Math.max(0, solver.getEigenvalue(order[i]).getReal()) * factor);
        }
        checkOrthonormal(name, vectors, ORTHOGONALITY);
        return new Layer(vectors, mean, singularValues);
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

    /** @throws CommandFailure if products of two vectors are off by more than the tolerance */
    static void checkOrthonormal(String name, double[][] vectors, double tolerance) {
        for (int i = 0; i < vectors.length; i++) {
            for (int j = i; j < vectors.length; j++) {
                double product = 0;
                for (int k = 0; k < vectors.length; k++) {
                    product += vectors[i][k] * vectors[j][k];
                }
                if (!(Math.abs(product - (i == j ? 1 : 0)) < tolerance)) {
                    throw new CommandFailure("vectors are not orthonormal: convolution='%s', product of %d and %d=%s"
                            .formatted(name, i, j, product));
                }
            }
        }
    }
}
