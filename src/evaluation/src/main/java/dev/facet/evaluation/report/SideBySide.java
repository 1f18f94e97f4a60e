package dev.facet.evaluation.report;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.util.Optional;

/** A picture of image, prediction and truth beside each other, and nothing else. Unknown truth is hatched. */
public final class SideBySide {
    private SideBySide() {}

    /** The picture of an image; without the image where there is none. */
    public static Raster of(Optional<Raster> image, Prediction prediction, Label label) {
        return of(Panels.of(label.height(), label.width(), image, Look.of(prediction, label)));
    }

    static Raster of(Panels panels) {
        int width = Math.multiplyExact(panels.width(), panels.parts().size());
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(panels.height(), width), 3)];
        int left = 0;
        for (Panels.Part part : panels.parts()) {
            panels.draw(part, rgb, width, left, 0);
            left += panels.width();
        }
        return new Raster(panels.height(), width, rgb);
    }
}
