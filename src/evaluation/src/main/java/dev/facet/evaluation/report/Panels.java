package dev.facet.evaluation.report;

import dev.facet.core.image.Raster;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Image, prediction and truth as panels of the image's size.
 *
 * @param parts from left to right
 */
record Panels(int height, int width, List<Part> parts) {
    /**
     * A panel.
     *
     * @param heading what it is
     * @param colors of its pixels, 0xRRGGBB or {@link Look#HATCHED}
     */
    record Part(String heading, IntUnaryOperator colors) {}

    /** Panels of a look; without the image where there is none. */
    static Panels of(int height, int width, Optional<Raster> image, Look look) {
        List<Part> parts = new ArrayList<>();
        image.map(Raster::rgb).ifPresent(rgb -> parts.add(new Part("image", i -> color(rgb, i))));
        parts.add(new Part("prediction", look.prediction()));
        parts.add(new Part("truth", look.truth()));
        return new Panels(height, width, List.copyOf(parts));
    }

    /** Draws one panel onto a picture of that width. */
    void draw(Part part, byte[] rgb, int pictureWidth, int left, int top) {
        for (int y = 0; y < height; y++) {
            int to = 3 * ((top + y) * pictureWidth + left);
            for (int x = 0; x < width; x++) {
                int color = part.colors().applyAsInt(y * width + x);
                int shown = color == Look.HATCHED ? Hatch.color(x, y) : color;
                rgb[to++] = (byte) (shown >> 16);
                rgb[to++] = (byte) (shown >> 8);
                rgb[to++] = (byte) shown;
            }
        }
    }

    private static int color(byte[] rgb, int pixel) {
        return (rgb[3 * pixel] & 0xFF) << 16 | (rgb[3 * pixel + 1] & 0xFF) << 8 | rgb[3 * pixel + 2] & 0xFF;
    }
}
