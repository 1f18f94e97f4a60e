package dev.facet.trainer.sample;

/**
 * The labels of one kind of one image, at its size, row-major, as small as they can be held. Arrays are read-only by
 * agreement.
 */
public sealed interface LabelPlane {
    /** Values per pixel. */
    int channels();

    /** What it takes in memory. */
    long sizeBytes();

    /** All values, channels interleaved, as {@link Labels} says. */
    float[] toFloats();

    /** The same at another size, by the nearest sample, source index ⌊(i + ½)·in/out⌋. */
    LabelPlane resized(int height, int width, int newHeight, int newWidth);

    /**
     * Values that stand for something: class ids, edges, saliency. Views take the nearest one.
     *
     * @param values {@code height·width} values, unsigned, {@link Labels#IGNORED} where nothing is known
     */
    record Ids(byte[] values) implements LabelPlane {
        @Override
        public int channels() {
            return 1;
        }

        @Override
        public long sizeBytes() {
            return values.length;
        }

        @Override
        public float[] toFloats() {
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values[i] & 0xFF;
            }
            return floats;
        }

        @Override
        public Ids resized(int height, int width, int newHeight, int newWidth) {
            byte[] result = new byte[Math.multiplyExact(newHeight, newWidth)];
            for (int y = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++) {
                    result[y * newWidth + x] =
                            values[nearest(y, height, newHeight) * width + nearest(x, width, newWidth)];
                }
            }
            return new Ids(result);
        }
    }

    /**
     * Values that are measured: distances, or the three components of normals. Views interpolate them.
     *
     * @param channels 1 or 3
     * @param values {@code height·width·channels} values, 0 where nothing is known
     * @param holes whether 0 stays 0: a view of a pixel that touches one takes the nearest value and none between. If not,
     *     the zeros are interpolated like any other value, as the reference has it
     */
    record Measures(int channels, float[] values, boolean holes) implements LabelPlane {
        @Override
        public long sizeBytes() {
            return 4L * values.length;
        }

        @Override
        public float[] toFloats() {
            return values.clone();
        }

        @Override
        public Measures resized(int height, int width, int newHeight, int newWidth) {
            float[] result = new float[Math.multiplyExact(Math.multiplyExact(newHeight, newWidth), channels)];
            int to = 0;
            for (int y = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++) {
                    int from = (nearest(y, height, newHeight) * width + nearest(x, width, newWidth)) * channels;
                    for (int channel = 0; channel < channels; channel++) {
                        result[to++] = values[from + channel];
                    }
                }
            }
            return new Measures(channels, result, holes);
        }
    }

    private static int nearest(int position, int in, int out) {
        return Math.min(in - 1, (int) ((position + 0.5) * in / out));
    }
}
