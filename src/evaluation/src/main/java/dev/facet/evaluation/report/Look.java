package dev.facet.evaluation.report;

import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Prediction;
import dev.facet.evaluation.dataset.Label;
import dev.facet.evaluation.metric.Alignment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * How a prediction and its truth look, and what the colours mean.
 *
 * @param prediction the colour of a pixel of the prediction, 0xRRGGBB or {@link #HATCHED}
 * @param truth the colour of a pixel of the truth, likewise
 * @param legend the classes that occur or the scale, at last what is hatched
 */
record Look(IntUnaryOperator prediction, IntUnaryOperator truth, List<LegendEntry> legend) {
    /** Of a pixel of which nothing is known. */
    static final int HATCHED = -1;

    private static final int NEAR = 255;
    private static final int FAR = 30;
    private static final String[] AXES = {"x", "y", "z"};

    Look {
        legend = List.copyOf(legend);
    }

    static Look of(Prediction prediction, Label label) {
        if (prediction instanceof Prediction.LabelMap map && label instanceof Label.ClassMap classes) {
            return classes(map, classes);
        }
        if (prediction instanceof Prediction.DepthMap map && label instanceof Label.DepthMap depth) {
            return depth(map, depth);
        }
        if (prediction instanceof Prediction.DepthMap map && label instanceof Label.InverseDepthMap inverse) {
            return inverseDepth(map, inverse.resized(map.height(), map.width()).values());
        }
        if (prediction instanceof Prediction.NormalMap map && label instanceof Label.NormalMap normals) {
            return normals(map, normals);
        }
        if (prediction instanceof Prediction.ProbabilityMap map && label instanceof Label.EdgeMap edges) {
            return probabilities(map, edges.mean(), "probability of an edge; truth: share of the annotators, 0 … 1");
        }
        if (prediction instanceof Prediction.ProbabilityMap map && label instanceof Label.SaliencyMap saliency) {
            return probabilities(map, saliency.values(), "probability of the salient object, 0 … 1");
        }
        throw new IllegalStateException("prediction and label of two kinds (bug)");
    }

    private static Look classes(Prediction.LabelMap map, Label.ClassMap truth) {
        List<LabelClass> classes = map.classes();
        BitSet ids = new BitSet();
        for (int i = 0; i < truth.ids().length; i++) {
            ids.set(map.ids()[i] & 0xFF);
            ids.set(truth.ids()[i] & 0xFF);
        }
        List<LegendEntry> legend = new ArrayList<>();
        for (int id = 0; id < classes.size(); id++) {
            if (ids.get(id)) {
                legend.add(
                        LegendEntry.plain(classes.get(id).rgb(), classes.get(id).name()));
            }
        }
        if (ids.length() > classes.size()) {
            legend.add(LegendEntry.hatched("ignored: no class"));
        }
        return new Look(i -> color(classes, map.ids()[i]), i -> color(classes, truth.ids()[i]), legend);
    }

    private static int color(List<LabelClass> classes, byte id) {
        return (id & 0xFF) < classes.size() ? classes.get(id & 0xFF).rgb() : HATCHED;
    }

    /** Light is near. The scale ends at the farthest that the truth knows, so that a wild prediction can't darken it. */
    private static Look depth(Prediction.DepthMap map, Label.DepthMap truth) {
        float[] metres = truth.metres();
        if (map.task().isInverse()) {
            return inverseDepth(map, Alignment.inverse(metres));
        }
        float farthest = farthest(metres) > 0 ? farthest(metres) : Math.max(farthest(map.values()), 0.001f);
        IntPredicate known = i -> metres[i] != 0;
        String scale = String.format(
                Locale.ROOT,
                "0 … %.2f %s and beyond",
                farthest,
                map.task().scale().orElseThrow().unit());
        return withUnknown(
                i -> distance(map.values()[i], farthest),
                i -> distance(metres[i], farthest),
                metres.length,
                known,
                List.of(LegendEntry.ramp(grey(NEAR), grey(FAR), scale)),
                "unknown: no distance in the truth");
    }

    /** Light is near. The prediction is aligned, and the scale is the truth's. */
    private static Look inverseDepth(Prediction.DepthMap map, float[] truth) {
        float far = Float.POSITIVE_INFINITY;
        float near = Float.NEGATIVE_INFINITY;
        for (float value : truth) {
            far = Float.isNaN(value) ? far : Math.min(far, value);
            near = Float.isNaN(value) ? near : Math.max(near, value);
        }
        boolean any = near > far;
        float begin = any ? far : 0;
        float span = any ? near - far : 1;
        Alignment alignment = any ? Alignment.of(map.values(), truth) : new Alignment(1, 0);
        return withUnknown(
                i -> grey(level(alignment.of(map.values()[i]), begin, span)),
                i -> grey(level(truth[i], begin, span)),
                truth.length,
                i -> !Float.isNaN(truth[i]),
                List.of(LegendEntry.ramp(grey(NEAR), grey(FAR), "near … far, aligned to the truth; no unit")),
                "unknown: no depth in the truth");
    }

    private static float level(double value, float begin, float span) {
        return (float) Math.min(Math.max(FAR + (NEAR - FAR) * (value - begin) / span, FAR), NEAR);
    }

    private static int distance(float value, float farthest) {
        return grey(Math.max(NEAR - (NEAR - FAR) * value / farthest, FAR));
    }

    private static float farthest(float[] values) {
        float farthest = 0;
        for (float value : values) {
            farthest = value < Float.POSITIVE_INFINITY ? Math.max(farthest, value) : farthest;
        }
        return farthest;
    }

    private static Look normals(Prediction.NormalMap map, Label.NormalMap truth) {
        float[] vectors = truth.vectors();
        List<LegendEntry> legend = new ArrayList<>();
        for (int axis = 0; axis < AXES.length; axis++) {
            float[] ends = new float[2 * AXES.length];
            ends[axis] = -1;
            ends[AXES.length + axis] = 1;
            boolean last = axis == AXES.length - 1;
            String axes = last ? "; axes: %s".formatted(map.task().axes()) : "";
            legend.add(LegendEntry.ramp(direction(ends, 0), direction(ends, 1), AXES[axis] + " from −1 to 1" + axes));
        }
        return withUnknown(
                i -> direction(map.values(), i),
                i -> direction(vectors, i),
                vectors.length / 3,
                i -> vectors[3 * i] != 0 || vectors[3 * i + 1] != 0 || vectors[3 * i + 2] != 0,
                legend,
                "unknown: no direction in the truth");
    }

    private static int direction(float[] vectors, int pixel) {
        int color = 0;
        for (int axis = 0; axis < 3; axis++) {
            color = color << 8 | level((vectors[3 * pixel + axis] + 1) * 127.5f);
        }
        return color;
    }

    private static Look probabilities(Prediction.ProbabilityMap map, byte[] truth, String scale) {
        return new Look(
                i -> grey(255 * map.values()[i]),
                i -> grey(truth[i] & 0xFF),
                List.of(LegendEntry.ramp(0, 0xFFFFFF, scale)));
    }

    private static Look withUnknown(
            IntUnaryOperator prediction,
            IntUnaryOperator truth,
            int pixels,
            IntPredicate known,
            List<LegendEntry> scale,
            String unknown) {
        List<LegendEntry> legend = new ArrayList<>(scale);
        if (!IntStream.range(0, pixels).allMatch(known)) {
            legend.add(LegendEntry.hatched(unknown));
        }
        return new Look(prediction, i -> known.test(i) ? truth.applyAsInt(i) : HATCHED, legend);
    }

    private static int grey(float value) {
        return level(value) * 0x010101;
    }

    private static int level(float value) {
        return Math.round(Math.min(Math.max(value, 0), 255));
    }
}
