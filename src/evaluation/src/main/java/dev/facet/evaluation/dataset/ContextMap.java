package dev.facet.evaluation.dataset;

import dev.facet.evaluation.boundary.Thinning;
import java.nio.file.Path;
import java.util.List;

/**
 * The map of 459 classes of PASCAL-Context.
 *
 * @param ids {@code height·width} classes, row-major; read-only by agreement
 */
record ContextMap(int height, int width, char[] ids) {
    /** Reads the variable {@code LabelMap}. */
    static ContextMap read(Path file) {
        Matrices.Ids ids = Matrices.ids(file, "LabelMap");
        return new ContextMap(ids.height(), ids.width(), ids.values());
    }

    /**
     * The edges that networks are trained on: where the Laplacian of the four neighbours isn't 0 (mirrored at the border
     * without repeating it), thinned; 0 or 255. No truths of annotators.
     */
    Label.EdgeMap edges() {
        byte[] map = new byte[ids.length];
        for (int y = 0; y < height; y++) {
            int above = mirrored(y - 1, height) * width;
            int below = mirrored(y + 1, height) * width;
            for (int x = 0; x < width; x++) {
                int row = y * width;
                int sum = ids[above + x]
                        + ids[below + x]
                        + ids[row + mirrored(x - 1, width)]
                        + ids[row + mirrored(x + 1, width)]
                        - 4 * ids[row + x];
                map[row + x] = (byte) (sum != 0 ? 1 : 0);
            }
        }
        byte[] thin = Thinning.thin(map, height, width);
        for (int i = 0; i < thin.length; i++) {
            thin[i] = (byte) (thin[i] != 0 ? 255 : 0);
        }
        return new Label.EdgeMap(height, width, thin, List.of());
    }

    private static int mirrored(int at, int size) {
        if (size == 1) {
            return 0;
        }
        return at < 0 ? -at : at >= size ? 2 * size - 2 - at : at;
    }
}
