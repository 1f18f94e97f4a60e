package dev.facet.core.encoding;

/**
 * How a prediction is given.
 *
 * @param render {@code plain}, {@code overlay} (on the image), {@code turbo} or {@code magma} (depth as colours)
 * @param alpha opacity of an overlay, 0 … 1
 * @param bits 8 or 16, of grey probabilities and normals in PNG
 * @param threshold from which on a probability counts in JSON run lengths, 0 … 1
 * @param unknown for kinds with classes: pixels whose best class has a lower probability are unknown, 0 … 1; 0 for none
 */
public record EncodingOptions(Render render, double alpha, int bits, double threshold, double unknown) {
    /** Pictures of a prediction. */
    public enum Render {
        PLAIN,
        OVERLAY,
        TURBO,
        MAGMA;

        /** The rendering of that name; {@link IllegalArgumentException} for any other. */
        public static Render of(String name) {
            for (Render render : values()) {
                if (render.name().equalsIgnoreCase(name)) {
                    return render;
                }
            }
            throw new IllegalArgumentException(
                    "unknown rendering: render='%s', expected plain|overlay|turbo|magma".formatted(name));
        }
    }

    /** Plain, 8 bits. */
    public static final EncodingOptions DEFAULT = new EncodingOptions(Render.PLAIN, 0.5, 8, 0.5);

    public EncodingOptions {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("opacity: alpha=%s, expected 0..1".formatted(alpha));
        }
        if (bits != 8 && bits != 16) {
            throw new IllegalArgumentException("bits of a sample: bits=%d, expected 8|16".formatted(bits));
        }
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("threshold: value=%s, expected 0..1".formatted(threshold));
        }
        if (!(unknown >= 0 && unknown <= 1)) {
            throw new IllegalArgumentException(
                    "least probability of a class: unknown=%s, expected 0..1".formatted(unknown));
        }
    }

    /** No pixel is unknown. */
    public EncodingOptions(Render render, double alpha, int bits, double threshold) {
        this(render, alpha, bits, threshold, 0);
    }

    /** The same with another least probability of a known pixel's class. */
    public EncodingOptions withUnknown(double leastProbability) {
        return new EncodingOptions(render, alpha, bits, threshold, leastProbability);
    }

    /** Whether pixels may be unknown. */
    boolean hasUnknown() {
        return unknown > 0;
    }
}
