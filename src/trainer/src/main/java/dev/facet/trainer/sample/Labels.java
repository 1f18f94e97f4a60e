package dev.facet.trainer.sample;

import dev.facet.core.failure.Failures;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.metric.Alignment;

/**
 * How labels of each kind are held: class ids with 255 ignored; edges and saliency 0 or 1 with 255 ignored; depth in
 * metres and unit normals with 0 for what is invalid. Inverse depth, of which a shift means nothing, is held a shift above 0, so
 * that 0 is invalid there too: 1 more than its smallest value, or 1/metres.
 */
public final class Labels {
    /** A pixel that counts neither in losses nor in scores (class ids, edges, saliency). */
    public static final float IGNORED = 255;

    /** The weight of a pixel that counts in full, as it is stored. */
    static final float FULL_WEIGHT = 255;

    private Labels() {}

    /** Values per pixel of a kind. */
    public static int channels(String kind) {
        return kind.equals(Normals.ID) ? 3 : 1;
    }

    /**
     * What a data set says, as losses and scores take it.
     *
     * @param kind what is trained
     * @param positiveFrom for edges: a mean of the annotators from here on is an edge, 0 is none, those between are ignored
     * @param holes for depth and normals: whether what is unknown stays unknown when it is interpolated
     * @throws IllegalArgumentException naming the class that there isn't, or the quantity that isn't trained
     */
    public static LabelPlane of(Label label, TaskKind kind, int positiveFrom, boolean holes) {
        if (kind instanceof Depth depth && depth.isInverse()) {
            // What is unknown is never interpolated: 0 would be the farthest of all.
            return new LabelPlane.Measures(1, inverseDepth(label), true);
        }
        if (label instanceof Label.DepthMap depth) {
            return new LabelPlane.Measures(1, depth.metres(), holes);
        }
        if (label instanceof Label.InverseDepthMap) {
            throw new IllegalArgumentException("another quantity: label=inverse-depth, expected=distance");
        }
        if (label instanceof Label.NormalMap normals) {
            return new LabelPlane.Measures(3, normals.vectors(), holes);
        }
        if (label instanceof Label.SaliencyMap saliency) {
            return each(saliency.values(), value -> value > 127 ? 1 : 0);
        }
        if (label instanceof Label.EdgeMap edges) {
            return each(edges.mean(), value -> value >= positiveFrom ? 1 : value == 0 ? 0 : (int) IGNORED);
        }
        if (label instanceof Label.ClassMap map) {
            return each(map.ids(), id -> {
                int classes = kind.outputs();
                if (id >= classes && id != Label.ClassMap.IGNORED) {
                    throw new IllegalArgumentException(
                            "label out of range: value=%d, expected=0..%d|255".formatted(id, classes - 1));
                }
                return id;
            });
        }
        throw new IllegalStateException("no such label: %s (bug)".formatted(Failures.inWords(label.getClass())));
    }

    private static float[] inverseDepth(Label label) {
        if (label instanceof Label.InverseDepthMap map) {
            float smallest = Float.POSITIVE_INFINITY;
            for (float value : map.values()) {
                smallest = Float.isNaN(value) ? smallest : Math.min(smallest, value);
            }
            float[] values = new float[map.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.isNaN(map.values()[i]) ? 0 : 1 + (map.values()[i] - smallest);
            }
            return values;
        }
        float[] values = Alignment.inverse(((Label.DepthMap) label).metres());
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.isNaN(values[i]) ? 0 : values[i];
        }
        return values;
    }

    private interface Rule {
        int of(int unsigned);
    }

    private static LabelPlane.Ids each(byte[] values, Rule rule) {
        byte[] ids = new byte[values.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (byte) rule.of(values[i] & 0xFF);
        }
        return new LabelPlane.Ids(ids);
    }
}
