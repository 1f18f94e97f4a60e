package dev.facet.trainer.sample;

import dev.facet.core.failure.Failures;
import dev.facet.core.task.Normals;
import dev.facet.evaluation.dataset.Label;

/**
 * How labels of each kind are held: class ids with 255 ignored; edges and saliency 0 or 1 with 255 ignored; depth in
 * metres and unit normals with 0 for what is invalid.
 */
public final class Labels {
    /** A pixel that counts neither in losses nor in scores (class ids, edges, saliency). */
    public static final float IGNORED = 255;

    private Labels() {}

    /** Values per pixel of a kind. */
    public static int channels(String kind) {
        return kind.equals(Normals.ID) ? 3 : 1;
    }

    /**
     * What a data set says, as losses and scores take it.
     *
     * @param classes number of classes of a class map
     * @param positiveFrom for edges: a mean of the annotators from here on is an edge, 0 is none, those between are ignored
     * @param holes for depth and normals: whether what is unknown stays unknown when it is interpolated
     * @throws IllegalArgumentException naming the class that there isn't
     */
    public static LabelPlane of(Label label, int classes, int positiveFrom, boolean holes) {
        if (label instanceof Label.DepthMap depth) {
            return new LabelPlane.Measures(1, depth.metres(), holes);
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
                if (id >= classes && id != Label.ClassMap.IGNORED) {
                    throw new IllegalArgumentException(
                            "label out of range: value=%d, expected=0..%d|255".formatted(id, classes - 1));
                }
                return id;
            });
        }
        throw new IllegalStateException("no such label: %s (bug)".formatted(Failures.inWords(label.getClass())));
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
