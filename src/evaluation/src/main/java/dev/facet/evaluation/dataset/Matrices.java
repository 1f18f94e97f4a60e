package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import dev.facet.core.npy.NpyException;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Tensor;
import dev.facet.evaluation.mat.MatException;
import dev.facet.evaluation.mat.MatReader;
import dev.facet.evaluation.mat.MatValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Arrays of MAT and NumPy files as maps. Every failure is a {@link DatasetException} that names the file. */
final class Matrices {
    /**
     * A map of numbers.
     *
     * @param values {@code height·width·channels} values, row-major, channels interleaved
     */
    record Plane(int height, int width, float[] values) {}

    /** A map of whole numbers 0 … 65535, row-major. */
    record Ids(int height, int width, char[] values) {}

    private Matrices() {}

    /** A variable of a MAT file. */
    static MatValue variable(Path file, String name) {
        try {
            return MatReader.read(file, name);
        } catch (MatException e) {
            throw new DatasetException(e.getMessage(), e);
        }
    }

    /** A matrix of a MAT file. */
    static Plane plane(Path file, String name) {
        try {
            MatValue.Matrix matrix = variable(file, name).numbers().matrix();
            float[] values = new float[matrix.height() * matrix.width()];
            for (int x = 0; x < matrix.width(); x++) {
                for (int y = 0; y < matrix.height(); y++) {
                    values[y * matrix.width() + x] = (float) matrix.at(y, x);
                }
            }
            return new Plane(matrix.height(), matrix.width(), values);
        } catch (MatException e) {
            throw new DatasetException("%s [file=%s, variable=%s]".formatted(e.getMessage(), file, name), e);
        }
    }

    /** A matrix of whole numbers of a MAT file. */
    static Ids ids(Path file, String name) {
        try {
            MatValue.Matrix matrix = variable(file, name).numbers().matrix();
            char[] ids = new char[matrix.height() * matrix.width()];
            for (int x = 0; x < matrix.width(); x++) {
                for (int y = 0; y < matrix.height(); y++) {
                    double value = matrix.at(y, x);
                    char id = (char) value;
                    if (id != value) {
                        throw new MatException(
                                "id: value=%s, expected a whole number 0..65535, x=%d, y=%d".formatted(value, x, y));
                    }
                    ids[y * matrix.width() + x] = id;
                }
            }
            return new Ids(matrix.height(), matrix.width(), ids);
        } catch (MatException e) {
            throw new DatasetException("%s [file=%s, variable=%s]".formatted(e.getMessage(), file, name), e);
        }
    }

    /** A NumPy array. */
    static Tensor array(Path file) {
        try {
            return NpyReader.read(file);
        } catch (IOException e) {
            throw new DatasetException("array can't be read: %s [file=%s]".formatted(Failures.describe(e), file), e);
        } catch (NpyException e) {
            throw new DatasetException("%s [file=%s]".formatted(e.getMessage(), file), e);
        }
    }

    /** A NumPy array of rank 2 and extents of 1 besides. */
    static Plane plane(Path file) {
        Tensor tensor = array(file);
        long[] extents = Arrays.stream(tensor.shape().extents())
                .filter(extent -> extent != 1)
                .toArray();
        int rank = tensor.shape().rank();
        if (extents.length == 2) {
            return new Plane(Math.toIntExact(extents[0]), Math.toIntExact(extents[1]), tensor.toFloatArray());
        }
        if (rank == 2) {
            return new Plane(tensor.shape().intExtent(0), tensor.shape().intExtent(1), tensor.toFloatArray());
        }
        throw new DatasetException("map: shape=%s, expected [H, W] [file=%s]".formatted(tensor.shape(), file));
    }

    /** Vectors of a NumPy array, [H, W, 3] or [3, H, W], channels interleaved; 8-bit ones are 2·v/255 − 1. */
    static Plane vectors(Path file) {
        Tensor tensor = array(file);
        int rank = tensor.shape().rank();
        boolean last = rank == 3 && tensor.shape().extent(2) == 3;
        boolean first = rank == 3 && tensor.shape().extent(0) == 3;
        if (!last && !first) {
            throw new DatasetException(
                    "normals: shape=%s, expected [H, W, 3] or [3, H, W] [file=%s]".formatted(tensor.shape(), file));
        }
        float[] values = tensor.toFloatArray();
        if (tensor.type() == ElementType.U8) {
            for (int i = 0; i < values.length; i++) {
                values[i] = 2 * values[i] / 255 - 1;
            }
        }
        // A map of three columns is read as it comes from images: channels last.
        if (last) {
            return new Plane(tensor.shape().intExtent(0), tensor.shape().intExtent(1), values);
        }
        int height = tensor.shape().intExtent(1);
        int width = tensor.shape().intExtent(2);
        float[] vectors = new float[values.length];
        for (int i = 0; i < height * width; i++) {
            for (int channel = 0; channel < 3; channel++) {
                vectors[i * 3 + channel] = values[channel * height * width + i];
            }
        }
        return new Plane(height, width, vectors);
    }
}
