package dev.facet.cli;

import dev.facet.core.network.Architecture;
import dev.facet.core.network.Convolution;
import dev.facet.core.npy.NpyException;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.npy.NpyWriter;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The reference's folder of a response initialization: for every convolution, dots as underscores, {@code components.npy}
 * [C, C] with the vectors in columns, {@code mean.npy} [C] and {@code singular_values.npy} [C], fp32.
 */
final class ResponseFolder {
    private static final String COMPONENTS = "components.npy";
    private static final String MEAN = "mean.npy";
    private static final String SINGULAR_VALUES = "singular_values.npy";
    /** fp32 vectors of 512 entries. */
    private static final double ORTHOGONALITY = 1e-4;

    private ResponseFolder() {}

    /** @throws CommandFailure naming the file that is missing or wrong */
    static ResponseBasis read(Path folder, Architecture architecture) throws IOException {
        Map<String, ResponseBasis.Layer> layers = new LinkedHashMap<>();
        for (Convolution conv : architecture.convolutions()) {
            Path layer = folder.resolve(conv.name().replace('.', '_'));
            int channels = conv.outChannels();
            double[] components = values(layer.resolve(COMPONENTS), channels, channels);
            double[][] vectors = new double[channels][channels];
            for (int row = 0; row < channels; row++) {
                for (int column = 0; column < channels; column++) {
                    vectors[column][row] = components[row * channels + column];
                }
            }
            ResponseBasis.checkOrthonormal(conv.name(), vectors, ORTHOGONALITY);
            layers.put(
                    conv.name(),
                    new ResponseBasis.Layer(
                            vectors,
                            values(layer.resolve(MEAN), channels),
                            values(layer.resolve(SINGULAR_VALUES), channels)));
        }
        return new ResponseBasis(layers);
    }

    private static double[] values(Path file, long... extents) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailure("no such file: %s".formatted(file));
        }
        Tensor tensor;
        try {
            tensor = NpyReader.read(file);
        } catch (NpyException e) {
            throw new CommandFailure(e.getMessage());
        }
        Shape expected = new Shape(extents);
        if (!tensor.shape().equals(expected)) {
            throw new CommandFailure(
                    "shape: value=%s, expected %s [file=%s]".formatted(tensor.shape(), expected, file));
        }
        float[] floats = tensor.toFloatArray();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
            if (!Double.isFinite(values[i])) {
                throw new CommandFailure("not finite: index=%d [file=%s]".formatted(i, file));
            }
        }
        return values;
    }

    /** Writes a new folder; what lies there already is never overwritten. */
    static void write(Path folder, ResponseBasis basis) throws IOException {
        if (Files.exists(folder)) {
            throw new CommandFailure("exists already: folder=%s, expected a new one".formatted(folder));
        }
        Files.createDirectories(folder);
        for (Map.Entry<String, ResponseBasis.Layer> entry : basis.layers().entrySet()) {
            Path layer = folder.resolve(entry.getKey().replace('.', '_'));
            Files.createDirectories(layer);
            double[][] vectors = entry.getValue().vectors();
            int channels = vectors.length;
            float[] components = new float[channels * channels];
            for (int row = 0; row < channels; row++) {
                for (int column = 0; column < channels; column++) {
                    components[row * channels + column] = (float) vectors[column][row];
                }
            }
            write(layer.resolve(COMPONENTS), components, channels, channels);
            write(layer.resolve(MEAN), floats(entry.getValue().mean()), channels);
            write(layer.resolve(SINGULAR_VALUES), floats(entry.getValue().singularValues()), channels);
        }
    }

    private static void write(Path file, float[] values, long... extents) throws IOException {
        Files.write(file, NpyWriter.floats(new Shape(extents), values));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
