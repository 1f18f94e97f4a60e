package dev.facet.core.encoding;

import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;

/** Upper bounds of the heap that encoding needs. */
final class EncodingMemory {
    /** Chunks on their way, Deflater's window, tables. */
    private static final long FIXED = 2L << 20;
    /** Values, samples, colours and rows of one band: normals as 16-bit colours need most. */
    private static final long BAND_BYTES = 64;
    /** Widest map: {@code InputPolicy.MAX_SIZE} over the stride, rounded up generously. */
    private static final long MAP_WIDTH = 1100;
    /** A block of 64 samples has at most 64 codes of 16 + 11 bits; 1.5 samples a pixel; a stuffed byte here and there. */
    private static final long JPEG_BYTES = 6;
    /** Every pixel another class: its run's length and the distance to the class's run before, in ASCII, and again in JSON. */
    private static final long CLASS_RUN_BYTES = 10;
    /** Every pixel the other value than its neighbour: a character for each, in the text of both values, and again in JSON. */
    private static final long MASK_RUN_BYTES = 4;

    private EncodingMemory() {}

    static long peakBytes(TaskKind task, int height, int width, AnswerForm form) {
        long pixels = (long) height * width;
        long working = FIXED
                + Math.max(Bands.PIXELS, width) * BAND_BYTES
                + task.outputs() * MAP_WIDTH * Float.BYTES
                + 12L * (height + width);
        if (form.logits()) {
            return working;
        }
        return working
                + switch (form.representation()) {
                    case NPY, RAW -> 0;
                    case PNG -> form.isRendered() ? png(3 * pixels, height) : valuesPng(task, pixels, height, form);
                    case JPEG -> (3 + JPEG_BYTES) * pixels;
                    case JSON -> json(task, pixels, height, form);
                };
    }

    static long peakTensorBytes(TaskKind task, int images, int height, int width) {
        long values = (long) Float.BYTES * task.outputs() * height * width;
        // Normals are made as floats and kept as bytes, an image at a time.
        return FIXED + (task instanceof Normals ? (images + 1L) * values : 0);
    }

    private static long json(TaskKind task, long pixels, int height, AnswerForm form) {
        if (task instanceof ClassKind) {
            return (1 + CLASS_RUN_BYTES) * pixels + 1024L * (task.outputs() + 1);
        }
        if (task instanceof Depth || task instanceof Normals) {
            // The picture, and its base64.
            long png = valuesPng(task, pixels, height, form);
            return png + (png + 2) / 3 * 4;
        }
        return (1 + MASK_RUN_BYTES) * pixels;
    }

    private static long valuesPng(TaskKind task, long pixels, int height, AnswerForm form) {
        return png(Pictures.format(task, form.options()).pixelBytes() * pixels, height);
    }

    /** Deflater stores what it can't pack: 5 bytes for every 16 KB, and a byte for every row. */
    private static long png(long sampleBytes, int height) {
        long rows = sampleBytes + height;
        return rows + rows / 1000 + 1024;
    }
}
