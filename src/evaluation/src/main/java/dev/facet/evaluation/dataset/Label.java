package dev.facet.evaluation.dataset;

import java.util.List;

/**
 * What a data set says of one image, at the image's size, row-major. Arrays are owned by the holder and read-only by
 * agreement: they are large.
 */
public sealed interface Label {
    int height();

    int width();

    /**
     * Classes of segmentation and human parts.
     *
     * @param ids {@code height·width} class ids, unsigned, {@link #IGNORED} where nothing is known
     */
    record ClassMap(int height, int width, byte[] ids) implements Label {
        /** The id of pixels that don't count. */
        public static final int IGNORED = 255;

        public ClassMap {
            check("class map", height, width, 1, ids.length);
        }
    }

    /**
     * Distances along the optical axis.
     *
     * @param metres {@code height·width} distances, 0 where nothing is known
     */
    record DepthMap(int height, int width, float[] metres) implements Label {
        public DepthMap {
            check("depth map", height, width, 1, metres.length);
        }
    }

    /**
     * Affine-invariant inverse depth, larger is nearer: what it is of is known up to a positive factor and a constant of the image.
     *
     * @param values {@code height·width} inverse depths, NaN where nothing is known
     */
    record InverseDepthMap(int height, int width, float[] values) implements Label {
        public InverseDepthMap {
            check("inverse depth map", height, width, 1, values.length);
        }

        /** The same at another size, as labels are brought to their photo's: bilinear where it grows. */
        public InverseDepthMap resized(int newHeight, int newWidth) {
            return (InverseDepthMap) LabelResizer.resize(this, newHeight, newWidth);
        }
    }

    /**
     * Surface normals.
     *
     * @param vectors {@code height·width·3} components x, y, z, HWC, as the data set has them: of about unit
     *     length, (0, 0, 0) where nothing is known
     */
    record NormalMap(int height, int width, float[] vectors) implements Label {
        public NormalMap {
            check("normal map", height, width, 3, vectors.length);
        }
    }

    /**
     * The salient object.
     *
     * @param values {@code height·width} values 0 … 255, unsigned; above 127 is the object
     */
    record SaliencyMap(int height, int width, byte[] values) implements Label {
        public SaliencyMap {
            check("saliency map", height, width, 1, values.length);
        }
    }

    /**
     * Boundaries.
     *
     * @param mean {@code height·width} values 0 … 255, unsigned: round(255 × share of the annotators who drew here)
     * @param annotators one map of {@code height·width} values 0 or 1 for each; none where the data set has no such maps
     */
    record EdgeMap(int height, int width, byte[] mean, List<byte[]> annotators) implements Label {
        public EdgeMap {
            check("edge map", height, width, 1, mean.length);
            annotators = List.copyOf(annotators);
            for (byte[] map : annotators) {
                check("map of an annotator", height, width, 1, map.length);
            }
        }
    }

    private static void check(String what, int height, int width, int channels, int values) {
        if (height < 1 || width < 1 || values != Math.multiplyExact(Math.multiplyExact(height, width), channels)) {
            throw new IllegalArgumentException(
                    "%s does not fit: height=%d, width=%d, values=%d".formatted(what, height, width, values));
        }
    }
}
