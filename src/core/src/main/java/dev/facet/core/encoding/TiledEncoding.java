package dev.facet.core.encoding;

import dev.facet.core.cancellation.Cancellation;
import dev.facet.core.image.Frame;
import dev.facet.core.image.Raster;
import dev.facet.core.image.TileGrid;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.PredictionRows;
import dev.facet.core.task.TaskKind;
import dev.facet.core.task.TileBlending;
import java.util.Arrays;

/**
 * Encodes an answer whose map comes tile by tile. What is complete after a row of tiles is encoded at once, so that little more
 * than a row of tiles of the map is held:
 *
 * <ul>
 *   <li>pictures: written as they come;
 *   <li>class ids as arrays or JSON: one byte for every pixel of the answer;
 *   <li>all else (other arrays, JSON of other kinds, logits, depth as colours): the blended map, a quarter of a byte for every
 *       pixel of the image and channel. An array that is computed from it when it is read is sixteen times as large, at least.
 * </ul>
 *
 * <p>Not thread-safe; the caller closes it.
 */
public final class TiledEncoding implements AutoCloseable {
    private final TaskKind task;
    private final Frame frame;
    private final AnswerForm form;
    private final Raster image;
    private final Cancellation cancellation;
    private final TileBlending blending;
    /** One of these three; the others are null. */
    private final PictureBuilder picture;

    private final byte[] ids;
    private final NetworkOutput map;

    /**
     * Begins an answer.
     *
     * @param frame of the grid, seen at the answer's size
     * @param image of the answer's size, needed where {@link PredictionEncoder#needsImage} says so, else may be null
     * @param cancellation looked at between bands
     */
    public TiledEncoding(
            TaskKind task, TileGrid grid, Frame frame, AnswerForm form, Raster image, Cancellation cancellation) {
        this.task = task;
        this.frame = frame;
        this.form = form;
        this.image = image;
        this.cancellation = cancellation;
        this.blending = new TileBlending(grid, task.outputs(), frame);
        this.picture = isPicture(task, form)
                ? new PictureBuilder(task, frame.imageHeight(), frame.imageWidth(), form, image, new Statistics())
                : null;
        this.ids = keepsIds(task, form) ? new byte[Math.multiplyExact(frame.imageHeight(), frame.imageWidth())] : null;
        this.map = picture == null && ids == null ? emptyMap(task, grid) : null;
    }

    private static NetworkOutput emptyMap(TaskKind task, TileGrid grid) {
        int height = grid.rows().padded() / NetworkOutput.STRIDE;
        int width = grid.columns().padded() / NetworkOutput.STRIDE;
        int values = Math.multiplyExact(task.outputs(), Math.multiplyExact(height, width));
        return new NetworkOutput(task.outputs(), height, width, new float[values]);
    }

    private static boolean isPicture(TaskKind task, AnswerForm form) {
        return (form.representation() == Representation.PNG || form.representation() == Representation.JPEG)
                && !Rendering.needsRange(task, form);
    }

    private static boolean keepsIds(TaskKind task, AnswerForm form) {
        return task instanceof ClassKind && !form.logits() && !isPicture(task, form);
    }

    /**
     * The heap that encoding needs at most, the content and what is held of the map included; the image, which is there before,
     * is not.
     *
     * @param frame of the grid, seen at the answer's size
     */
    public static long peakBytes(TaskKind task, TileGrid grid, Frame frame, AnswerForm form) {
        int height = frame.imageHeight();
        int width = frame.imageWidth();
        long mapWidth = grid.columns().padded() / NetworkOutput.STRIDE;
        long held = 0;
        if (keepsIds(task, form)) {
            held = (long) height * width;
        } else if (!isPicture(task, form)) {
            held = grid.rows().padded() / NetworkOutput.STRIDE * mapWidth * task.outputs() * Float.BYTES;
        }
        // A map as wide as the image: a line of all channels is longer than that of a usual map.
        return EncodingMemory.peakBytes(task, height, width, form)
                + task.outputs() * mapWidth * Float.BYTES
                + TileBlending.heldBytes(grid, task.outputs())
                + held;
    }

    /** Adds what the network gave for a tile; all of a row of tiles come before {@link #finishRow} ends it. */
    public void add(int row, int column, NetworkOutput tile) {
        blending.add(row, column, tile);
    }

    /** Ends a row of tiles: what is complete is encoded. */
    public void finishRow(int row) {
        cancellation.check();
        blending.finishRow(row, this::take);
    }

    private void take(TileBlending.Strip strip) {
        if (map != null) {
            strip.copyTo(map);
            return;
        }
        if (strip.count() == 0) {
            return;
        }
        Bands bands =
                new Bands(strip.rows(task, form.options().unknown()), strip.count(), frame.imageWidth(), cancellation);
        bands.forEach((first, band) -> {
            if (picture != null) {
                picture.add(strip.first() + first, band);
            } else {
                byte[] part = ((Prediction.LabelMap) band).ids();
                System.arraycopy(part, 0, ids, (strip.first() + first) * frame.imageWidth(), part.length);
            }
        });
    }

    /** The answer, when all rows of tiles are finished. */
    public Encoded finish() {
        if (map != null) {
            return PredictionEncoder.encode(task, map, frame, form, image, cancellation);
        }
        if (picture != null) {
            return PredictionEncoder.encoded(task, frame, form, picture.finish());
        }
        if (form.representation() == Representation.JSON) {
            return PredictionEncoder.written(task, storedRows(), frame, form, image, cancellation);
        }
        Content content =
                Values.prediction(task, storedRows(), frame, form.representation() == Representation.NPY, ids.length);
        return PredictionEncoder.encoded(task, frame, form, content);
    }

    private PredictionRows storedRows() {
        int width = frame.imageWidth();
        return (first, count) -> new Prediction.LabelMap(
                count,
                width,
                Arrays.copyOfRange(ids, first * width, (first + count) * width),
                ((ClassKind) task).classes());
    }

    @Override
    public void close() {
        if (picture != null) {
            picture.close();
        }
    }
}
