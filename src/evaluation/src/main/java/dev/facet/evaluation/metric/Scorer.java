package dev.facet.evaluation.metric;

import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.Label;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Scores predictions image by image. Thread-safe: images may come from many threads in any order, and the scores don't depend
 * on it, to the last bit.
 *
 * <p>Probabilities and normals are rounded to 8 bits first, as they are when they are written to a PNG: published scores are
 * computed from such files.
 */
public abstract sealed class Scorer
        permits ClassScorer, DepthScorer, EdgeScorer, InverseDepthScorer, NormalScorer, SaliencyScorer {
    private final LongAdder labels = new LongAdder();

    /**
     * Adds one image.
     *
     * @param id name of the image, once each
     * @throws DatasetException naming the image, if prediction and label aren't of the kind or of one size
     */
    public final void add(String id, Prediction prediction, Label label) {
        labels.increment();
        try {
            count(id, prediction, label);
        } catch (IllegalArgumentException e) {
            throw new DatasetException("%s [image=%s]".formatted(e.getMessage(), id), e);
        }
    }

    /** Adds one image; {@link IllegalArgumentException}, without the image's name, if it can't be scored. */
    abstract void count(String id, Prediction prediction, Label label);

    /** Whether nothing that counts was added, so that there are no scores. */
    public abstract boolean isEmpty();

    /** What a label must have to count, in words. */
    abstract String counted();

    /**
     * The scores of what was added, in the order in which they are shown; the first is the one that packs are compared by.
     * Fractions, except for distances (the label's unit) and normals (degrees and per cent). Classes that occur in no label and no
     * prediction have none.
     *
     * @throws DatasetException if nothing that counts was added
     */
    public final Map<String, Double> scores() {
        checkCounted();
        return measured();
    }

    /** See {@link #scores}; there is something that counts. */
    abstract Map<String, Double> measured();

    /**
     * The numbers behind the scores: {@code iou} by class, null for one that occurs nowhere, saliency's {@code mIoUs} and {@code F}
     * by threshold, the {@code thresholds}, {@code precision} and {@code recall} of edges. None for depth and normals.
     *
     * @throws DatasetException if nothing that counts was added
     */
    public final Map<String, List<Double>> curves() {
        checkCounted();
        return measuredCurves();
    }

    /** See {@link #curves}; there is something that counts. */
    Map<String, List<Double>> measuredCurves() {
        return Map.of();
    }

    /**
     * What was counted on each image.
     *
     * @param kind the kind that this scorer is of
     * @throws DatasetException if nothing that counts was added
     */
    public final ImageCounts imageCounts(TaskKind kind) {
        checkCounted();
        return new ImageCounts(kind.id(), countsByImage());
    }

    /** See {@link #imageCounts}; by image. */
    abstract SortedMap<String, double[]> countsByImage();

    private void checkCounted() {
        if (isEmpty()) {
            throw new DatasetException("nothing to score: labels=%d, none with %s".formatted(labels.sum(), counted()));
        }
    }

    /** What a reader of the scores should know of the labels; often nothing. */
    public List<String> remarks() {
        return List.of();
    }

    /** A scorer for a kind, corrected where the reference is wrong (depth: unknown pixels don't count). */
    public static Scorer of(TaskKind kind) {
        return of(kind, new ScorerOptions(false, BoundaryOptions.STANDARD));
    }

    /** A scorer for a kind. */
    public static Scorer of(TaskKind kind, ScorerOptions options) {
        if (kind instanceof ClassKind labelled) {
            return new ClassScorer(labelled.classNames(), kind instanceof HumanParts);
        }
        if (kind instanceof Depth depth && depth.isInverse()) {
            return new InverseDepthScorer();
        }
        if (kind instanceof Depth) {
            return new DepthScorer(options.parity());
        }
        if (kind instanceof Normals) {
            return new NormalScorer();
        }
        if (kind instanceof Saliency) {
            return new SaliencyScorer();
        }
        if (kind instanceof Edges) {
            return new EdgeScorer(options.boundaries());
        }
        throw new IllegalStateException("no scorer for %s (bug)".formatted(kind.id()));
    }
}
