package dev.facet.trainer.network;

import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Normalized feature fusion: row i of W_t = g_i·v_i/‖v_i‖, in files and in training. */
public final class Modulators {
    static final String ROWS = ".modulator.v";
    static final String GAINS = ".modulator.g";

    private Modulators() {}

    /**
     * W_t of a convolution as gains [C_out, 1, 1, 1] and rows [C_out, rank, 1, 1]: g_i = ‖row i‖, v = W_t. A row of zeros has no
     * direction; it gets gain 0 and one that is the same for all.
     */
    static Map<String, Tensor> split(String conv, Tensor modulator) {
        int count = modulator.shape().intExtent(0);
        double[] rows = modulator.toDoubleArray();
        int columns = rows.length / count;
        double[] gains = new double[count];
        for (int row = 0; row < count; row++) {
            gains[row] = rowNorm(rows, row, columns);
            if (gains[row] == 0) {
                Arrays.fill(rows, row * columns, (row + 1) * columns, 1 / Math.sqrt(columns));
            }
        }
        ElementType type = modulator.type() == ElementType.F64 ? ElementType.F64 : ElementType.F32;
        Map<String, Tensor> split = new LinkedHashMap<>();
        split.put(conv + ROWS, tensor(type, modulator.shape(), rows));
        split.put(conv + GAINS, tensor(type, new Shape(count, 1, 1, 1), gains));
        return split;
    }

    /** Trained values as a pack names them: gains and rows become modulators, everything else stays. */
    public static Map<String, Tensor> merge(Map<String, Tensor> trained) {
        Map<String, Tensor> merged = new LinkedHashMap<>();
        trained.forEach((name, tensor) -> {
            if (name.endsWith(ROWS)) {
                String conv = name.substring(0, name.length() - ROWS.length());
                merged.put(conv + ".modulator", effective(tensor, trained.get(conv + GAINS)));
            } else if (!name.endsWith(GAINS)) {
                merged.put(name, tensor);
            }
        });
        return merged;
    }

    private static Tensor effective(Tensor rows, Tensor gains) {
        double[] values = rows.toDoubleArray();
        double[] gain = gains.toDoubleArray();
        int columns = values.length / gain.length;
        for (int row = 0; row < gain.length; row++) {
            double factor = gain[row] / rowNorm(values, row, columns);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] *= factor;
            }
        }
        return tensor(rows.type(), rows.shape(), values);
    }

    /** Divides each of {@code count} rows by its length. */
    static void normalizeRows(double[] values, int count) {
        int columns = values.length / count;
        for (int row = 0; row < count; row++) {
            double length = rowNorm(values, row, columns);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] /= length;
            }
        }
    }

    private static double rowNorm(double[] values, int row, int columns) {
        double sum = 0;
        for (int i = row * columns; i < (row + 1) * columns; i++) {
            sum += values[i] * values[i];
        }
        return Math.sqrt(sum);
    }

    private static Tensor tensor(ElementType type, Shape shape, double[] values) {
        if (type == ElementType.F64) {
            return Tensor.ofDoubles(shape, values);
        }
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return Tensor.of(shape, narrow);
    }
}
