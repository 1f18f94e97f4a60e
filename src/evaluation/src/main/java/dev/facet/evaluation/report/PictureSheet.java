package dev.facet.evaluation.report;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.image.PngWriter;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A picture for people: image, prediction and truth beside each other under headings, below them a legend of the colours. Where
 * the system has no font it is {@link SideBySide} alone.
 */
public final class PictureSheet {
    /** Of panels and what lies beside them where the image is narrower: headings and legend need room. */
    static final int LEAST_COLUMN = 120;

    private static final int MOST_SIZE = 40;
    private static final int LETTERS_IN_COLUMN = 40;

    private PictureSheet() {}

    /** Why pictures have neither headings nor a legend on this system; empty where they have. */
    public static Optional<String> lackOfText() {
        return Lettering.failure()
                .map(reason ->
                        ("pictures have no headings and no legend: Java can't draw text here, expected fontconfig and a"
                                        + " font (Debian: apt-get install fontconfig fonts-dejavu-core) [cause=%s]")
                                .formatted(reason));
    }

    /**
     * Writes the picture of an image as {@code ID.png}.
     *
     * @param answering what predicted, for example {@code streets@2}
     * @param image shown first, of the label's size; empty where there is none
     */
    public static void write(
            Path folder, String answering, String id, Optional<Raster> image, Prediction prediction, Label label)
            throws IOException {
        Raster picture = of("%s, image %s".formatted(answering, id), image, prediction, label);
        byte[] png = PngWriter.rgb8(picture.height(), picture.width(), picture.rgb(), Map.of());
        AtomicFile.write(folder.resolve(id + ".png"), png);
    }

    static Raster of(String title, Optional<Raster> image, Prediction prediction, Label label) {
        Look look = Look.of(prediction, label);
        Panels panels = Panels.of(label.height(), label.width(), image, look);
        return Lettering.of(size(panels.width()))
                .map(lettering -> sheet(title, panels, look, lettering))
                .orElseGet(() -> SideBySide.of(panels));
    }

    /** Large pictures are looked at from afar. */
    private static int size(int panelWidth) {
        return Math.min(Math.max(panelWidth / LETTERS_IN_COLUMN, Lettering.LEAST_SIZE), MOST_SIZE);
    }

    private static Raster sheet(String title, Panels panels, Look look, Lettering lettering) {
        int pitch = Math.max(panels.width(), LEAST_COLUMN) + Strip.MARGIN;
        int width = Math.addExact(Math.multiplyExact(panels.parts().size(), pitch), Strip.MARGIN);
        Strip head = new Strip(lettering, width)
                .paragraph(title)
                .headings(panels.parts().stream().map(Panels.Part::heading).toList(), pitch);
        Strip legend = new Strip(lettering, width).legend(look.legend());
        int height = Math.addExact(panels.height(), head.height() + legend.height());
        byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(height, width), 3)];
        Arrays.fill(rgb, (byte) 0xFF);
        head.draw(rgb, 0);
        int left = Strip.MARGIN;
        for (Panels.Part part : panels.parts()) {
            panels.draw(part, rgb, width, left, head.height());
            left += pitch;
        }
        legend.draw(rgb, head.height() + panels.height());
        return new Raster(height, width, rgb);
    }
}
