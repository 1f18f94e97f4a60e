package dev.facet.core.image;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How large an image is answered, and at which detail the network sees it.
 *
 * @param side the answer's longer side in pixels, at least {@link #MIN_SIDE}; empty for the image's own size
 * @param tiling the image goes through the network at its own resolution, tile by tile; empty where it goes whole, scaled by the
 *     pack's {@link InputPolicy}
 */
public record Resolution(OptionalInt side, Optional<Tiling> tiling) {
    /** Least longer side of an answer. */
    public static final int MIN_SIDE = 16;

    /** The image's own size, by the pack's input policy. */
    public static final Resolution USUAL = new Resolution(OptionalInt.empty(), Optional.empty());

    public Resolution {
        if (side.isPresent() && side.getAsInt() < MIN_SIDE) {
            throw new IllegalArgumentException(
                    "side of the answer: value=%d, expected at least %d".formatted(side.getAsInt(), MIN_SIDE));
        }
    }

    /**
     * Where the answer's pixels lie in the network's input: the frame of the image, or of its tiles, seen at the answer's size.
     *
     * @param frame of the image at its own size
     */
    public Frame answer(Frame frame) {
        if (side.isEmpty()) {
            return frame;
        }
        double scale = (double) side.getAsInt() / Math.max(frame.imageHeight(), frame.imageWidth());
        return frame.seenAt(scaled(frame.imageHeight(), scale), scaled(frame.imageWidth(), scale));
    }

    private static int scaled(int extent, double scale) {
        return (int) Math.max(1, Math.round(extent * scale));
    }
}
