package dev.facet.core.encoding;

import dev.facet.core.image.PngBuilder;
import dev.facet.core.image.PngFormat;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.util.Map;

/** A prediction's bands, added from top to bottom, as PNG or JPEG. The caller closes it. */
final class PictureBuilder implements AutoCloseable {
    private final EncodingOptions options;
    private final Statistics range;
    /** Null where the picture is of values. */
    private final Rendering rendering;
    /** One of both; the other is null. */
    private final PngBuilder png;

    private final JpegBuilder jpeg;

    /**
     * Begins a picture.
     *
     * @param image of the picture's size, where it is an overlay; else may be null
     * @param range of all values, where {@link Rendering#needsRange} says so
     */
    PictureBuilder(TaskKind task, int height, int width, AnswerForm form, Raster image, Statistics range) {
        this.options = form.options();
        this.range = range;
        boolean isJpeg = form.representation() == Representation.JPEG;
        if (isJpeg && options.render() == EncodingOptions.Render.PLAIN && image == null) {
            throw new IllegalArgumentException("JPEG holds renderings only: expected render=overlay|turbo|magma");
        }
        this.rendering = form.isRendered() ? new Rendering(task, height, width, form, image, range) : null;
        this.jpeg = isJpeg ? new JpegBuilder(height, width) : null;
        if (isJpeg) {
            this.png = null;
        } else if (rendering == null) {
            this.png = Pictures.values(task, options, height, width, range);
        } else {
            this.png = new PngBuilder(PngFormat.RGB8, height, width, new int[0], Map.of());
        }
    }

    void add(int first, Prediction band) {
        byte[] samples = rendering == null ? Pictures.samples(band, options, range) : rendering.rgb(first, band);
        if (jpeg == null) {
            png.add(samples);
        } else {
            jpeg.add(samples);
        }
    }

    Content finish() {
        return jpeg == null ? new StoredContent(png.finish()) : jpeg.finish();
    }

    @Override
    public void close() {
        if (png != null) {
            png.close();
        }
    }
}
