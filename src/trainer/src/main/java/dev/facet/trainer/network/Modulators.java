package dev.facet.trainer.network;

import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Normalized feature fusion: row i of W_t = g_i·v_i/‖v_i‖, in files and in training. */
public final class Modulators {
    static final String ROWS = ".modulator.v";
    static final String GAINS = ".modulator.g";

    private Modulators() {}

    /** ‖row‖ of each row of W_t, [C_out, 1, 1, 1]. */
    static Tensor gains(Tensor modulator) {
        int rows = modulator.shape().intExtent(0);
        float[] values = modulator.toFloatArray();
        float[] gains = new float[rows];
        for (int row = 0; row < rows; row++) {
            gains[row] = (float) rowNorm(values, row, values.length / rows);
        }
        return Tensor.of(new Shape(rows, 1, 1, 1), gains);
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
