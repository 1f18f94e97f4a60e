package dev.facet.trainer.sample;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;

/**
 * How labels of each kind are held: class ids with 255 ignored; edges and saliency 0 or 1 with 255 ignored; depth in
 * metres and unit normals with 0 for what is invalid.
 */
public final class Labels {
    /** A pixel that counts neither in losses nor in scores (class ids, edges, saliency). */
    public static final float IGNORED = 255;

    private Labels() {}

    /** Folder of the labels in the plain layout. */
    public static String folder(TaskKind kind) {
        return kind instanceof HumanParts ? "human_parts" : kind.id();
    }

    /** Values per pixel. */
    public static int channels(TaskKind kind) {
        return kind instanceof Normals ? 3 : 1;
    }

    /** What lies outside of a photo. */
    public static float outside(TaskKind kind) {
        return kind instanceof Normals || kind instanceof Depth ? 0 : IGNORED;
    }

    /**
     * Decodes the stored samples of one picture in place.
     *
     * @param positiveFrom for edges: stored values from here on are edges, 0 is none, those between are ignored
     */
    static void decode(TaskKind kind, float[] values, int positiveFrom) {
        if (kind instanceof Segmentation || kind instanceof HumanParts) {
            checkClasses(kind, values);
        } else if (kind instanceof Edges) {
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] >= positiveFrom ? 1 : values[i] == 0 ? 0 : IGNORED;
            }
        } else if (kind instanceof Saliency) {
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] > 127.5f ? 1 : 0;
            }
        } else if (kind instanceof Depth depth) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * depth.pngScale());
            }
        } else {
            for (int i = 0; i < values.length; i += 3) {
                decodeNormal(values, i);
            }
        }
    }

    private static void checkClasses(TaskKind kind, float[] values) {
        for (float value : values) {
            if (value >= kind.outputs() && value != IGNORED) {
                throw new IllegalArgumentException(
                        "label out of range: value=%d, expected=0..%d|255".formatted((int) value, kind.outputs() - 1));
            }
        }
    }

    private static void decodeNormal(float[] values, int i) {
        if (values[i] == 0 && values[i + 1] == 0 && values[i + 2] == 0) {
            return;
        }
        double x = values[i] / 127.5 - 1;
        double y = values[i + 1] / 127.5 - 1;
        double z = values[i + 2] / 127.5 - 1;
        double length = Math.sqrt(x * x + y * y + z * z);
        values[i] = (float) (x / length);
        values[i + 1] = (float) (y / length);
        values[i + 2] = (float) (z / length);
    }
}
