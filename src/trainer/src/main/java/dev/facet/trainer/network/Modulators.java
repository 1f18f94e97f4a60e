package dev.facet.trainer.network;

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
        float[] rows = modulator.toFloatArray();
        int columns = rows.length / count;
        float[] gains = new float[count];
        for (int row = 0; row < count; row++) {
            gains[row] = (float) rowNorm(rows, row, columns);
            if (gains[row] == 0) {
                Arrays.fill(rows, row * columns, (row + 1) * columns, (float) (1 / Math.sqrt(columns)));
            }
        }
        Map<String, Tensor> split = new LinkedHashMap<>();
        split.put(conv + ROWS, Tensor.of(modulator.shape(), rows));
        split.put(conv + GAINS, Tensor.of(new Shape(count, 1, 1, 1), gains));
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
        float[] values = rows.toFloatArray();
        float[] gain = gains.toFloatArray();
        int columns = values.length / gain.length;
        for (int row = 0; row < gain.length; row++) {
            double factor = gain[row] / rowNorm(values, row, columns);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] = (float) (values[i] * factor);
            }
        }
        return Tensor.of(rows.shape(), values);
    }

    private static double rowNorm(float[] values, int row, int columns) {
        double sum = 0;
        for (int i = row * columns; i < (row + 1) * columns; i++) {
            sum += (double) values[i] * values[i];
        }
        return Math.sqrt(sum);
    }
}
