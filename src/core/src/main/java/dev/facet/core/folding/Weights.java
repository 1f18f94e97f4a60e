package dev.facet.core.folding;

import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A convolution's weights as a matrix: row i is the flattened filter of output channel i. Values are owned by the holder
 * and read-only by agreement.
 *
 * @param shape [C_out, C_in, k, k]
 * @param values row-major
 */
public record Weights(Shape shape, float[] values) {
    private static final int ROWS = 16;
    private static final int TILE = 256;

    public Weights {
        if (shape.rank() < 1 || shape.elements() != values.length) {
            throw new IllegalArgumentException(
                    "weights do not fit: shape=%s, values=%d".formatted(shape, values.length));
        }
    }

    /** The weights that a tensor holds. */
    public static Weights of(Tensor tensor) {
        return new Weights(tensor.shape(), tensor.toFloatArray());
    }

    /** The identity as a 1×1 convolution of that many channels. */
    public static Weights identity(int channels) {
        float[] values = new float[channels * channels];
        for (int i = 0; i < channels; i++) {
            values[i * channels + i] = 1;
        }
        return new Weights(new Shape(channels, channels, 1, 1), values);
    }

    public int rows() {
        return shape.intExtent(0);
    }

    public int columns() {
        return values.length / rows();
    }

    /** This 1×1 convolution applied after {@code filters}: W_t·W_s, summed in double. */
    public Weights after(Weights filters) {
        int inner = columns();
        if (inner != filters.rows()) {
            throw new IllegalArgumentException(
                    "modulator %s does not follow filters %s".formatted(shape, filters.shape));
        }
        int columns = filters.columns();
        float[] product = new float[Math.multiplyExact(rows(), columns)];
        // Blocks of rows by tiles of columns, so that a tile of the filters is read from the cache.
        IntStream.range(0, (rows() + ROWS - 1) / ROWS).parallel().forEach(block -> {
            double[][] sums = new double[ROWS][TILE];
            for (int tile = 0; tile < columns; tile += TILE) {
                multiply(filters, block * ROWS, tile, sums, product);
            }
        });
        long[] extents = filters.shape.extents();
        extents[0] = rows();
        return new Weights(new Shape(extents), product);
    }

    private void multiply(Weights filters, int first, int tile, double[][] sums, float[] product) {
        int inner = columns();
        int columns = filters.columns();
        int width = Math.min(TILE, columns - tile);
        int height = Math.min(ROWS, rows() - first);
        for (double[] row : sums) {
            Arrays.fill(row, 0);
        }
        double[] source = new double[TILE];
        for (int j = 0; j < inner; j++) {
            for (int column = 0; column < width; column++) {
                source[column] = filters.values[j * columns + tile + column];
            }
            for (int i = 0; i < height; i++) {
                double factor = values[(first + i) * inner + j];
                double[] row = sums[i];
                for (int column = 0; column < width; column++) {
                    row[column] += factor * source[column];
                }
            }
        }
        for (int i = 0; i < height; i++) {
            for (int column = 0; column < width; column++) {
                product[(first + i) * columns + tile + column] = (float) sums[i][column];
            }
        }
    }

    /** Each row times its factor. */
    public Weights scaleRows(float[] factors) {
        int columns = columns();
        float[] scaled = new float[values.length];
        for (int row = 0; row < rows(); row++) {
            float factor = factors[row];
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                scaled[i] = values[i] * factor;
            }
        }
        return new Weights(shape, scaled);
    }

    /** Each column times its factor. */
    public Weights scaleColumns(float[] factors) {
        int columns = columns();
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = values[i] * factors[i % columns];
        }
        return new Weights(shape, scaled);
    }

    /** The sum of two weights of one shape. */
    public Weights plus(Weights other) {
        if (!shape.equals(other.shape)) {
            throw new IllegalArgumentException("weights differ: %s and %s".formatted(shape, other.shape));
        }
        float[] sum = new float[values.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = values[i] + other.values[i];
        }
        return new Weights(shape, sum);
    }

    /** This [C_out, C_in, k, k] with a 1×1 convolution [C_out, C_in, 1, 1] added at the centre of every filter. */
    public Weights plusAtCentre(Weights adapter) {
        int area = shape.intExtent(2) * shape.intExtent(3);
        if (area % 2 == 0 || adapter.values.length * area != values.length) {
            throw new IllegalArgumentException("adapter %s does not fit filters %s".formatted(adapter.shape, shape));
        }
        float[] sum = values.clone();
        for (int i = 0; i < adapter.values.length; i++) {
            sum[i * area + area / 2] += adapter.values[i];
        }
        return new Weights(shape, sum);
    }

    /** This 1×1 matrix times a vector, summed in double. */
    public float[] times(float[] vector) {
        float[] product = new float[rows()];
        for (int i = 0; i < product.length; i++) {
            double sum = 0;
            for (int j = 0; j < vector.length; j++) {
                sum += (double) values[i * vector.length + j] * vector[j];
            }
            product[i] = (float) sum;
        }
        return product;
    }
}
