package dev.facet.trainer.loop;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.TaskKind;

/**
 * A score to choose weights by, pooled over all photos: mean IoU of classes, the best IoU of saliency over thresholds, the
 * average precision of edge pixels, the mean angle of normals, the root mean square error of depth. Final scores are {@code
 * facet evaluate}'s.
 */
abstract class QuickScore {
    private static final float IGNORED = 255;

    static QuickScore of(TaskKind kind) {
        if (kind instanceof Edges) {
            return new Binary("pixelAP", true);
        }
        if (kind instanceof Saliency) {
            return new Binary("maxIoU", false);
        }
        if (kind instanceof Normals) {
            return new Angle();
        }
        if (kind instanceof Depth) {
            return new Rmse();
        }
        return new MeanIou(kind.outputs());
    }

    abstract String name();

    abstract double value();

    double better() {
        return value();
    }

    /** Adds one photo: the answer and the labels at its size, channels interleaved. */
    abstract void add(Prediction prediction, float[] labels);

    private static IllegalStateException wrongKind(Prediction prediction) {
        return new IllegalStateException("answer of another kind: %s (bug)"
                .formatted(prediction.getClass().getSimpleName()));
    }

    private static final class MeanIou extends QuickScore {
        private final long[] hits;
        private final long[] predicted;
        private final long[] present;

        MeanIou(int classes) {
            hits = new long[classes];
            predicted = new long[classes];
            present = new long[classes];
        }

        @Override
        String name() {
            return "mIoU";
        }

        @Override
        void add(Prediction prediction, float[] labels) {
            if (!(prediction instanceof Prediction.LabelMap map)) {
                throw wrongKind(prediction);
            }
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == IGNORED) {
                    continue;
                }
                int best = map.ids()[i] & 0xFF;
                int label = (int) labels[i];
                present[label]++;
                predicted[best]++;
                hits[label] += best == label ? 1 : 0;
            }
        }

        @Override
        double value() {
            double sum = 0;
            for (int c = 0; c < hits.length; c++) {
                sum += (double) hits[c] / Math.max(1, present[c] + predicted[c] - hits[c]);
            }
            return sum / hits.length;
        }
    }

    private static final class Binary extends QuickScore {
        private static final int BINS = 1024;

        private final String name;
        private final boolean averagePrecision;
        private final long[] positives = new long[BINS];
        private final long[] negatives = new long[BINS];

        Binary(String name, boolean averagePrecision) {
            this.name = name;
            this.averagePrecision = averagePrecision;
        }

        @Override
        String name() {
            return name;
        }

        @Override
        void add(Prediction prediction, float[] labels) {
            if (!(prediction instanceof Prediction.ProbabilityMap map)) {
                throw wrongKind(prediction);
            }
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] != IGNORED) {
                    int bin = (int) (BINS * map.values()[i]);
                    (labels[i] >= 0.5f ? positives : negatives)[Math.min(BINS - 1, bin)]++;
                }
            }
        }

        @Override
        double value() {
            long all = 0;
            for (long count : positives) {
                all += count;
            }
            double average = 0;
            double bestIou = 0;
            long truePositives = 0;
            long falsePositives = 0;
            for (int bin = BINS - 1; bin >= 0; bin--) {
                truePositives += positives[bin];
                falsePositives += negatives[bin];
                double precision = (double) truePositives / Math.max(1, truePositives + falsePositives);
                average += precision * positives[bin] / Math.max(1, all);
                bestIou = Math.max(bestIou, (double) truePositives / Math.max(1, all + falsePositives));
            }
            return averagePrecision ? average : bestIou;
        }
    }

    private static final class Angle extends QuickScore {
        private double sum;
        private long count;

        @Override
        String name() {
            return "meanAngle";
        }

        @Override
        void add(Prediction prediction, float[] labels) {
            if (!(prediction instanceof Prediction.NormalMap map)) {
                throw wrongKind(prediction);
            }
            for (int i = 0; i < labels.length; i += 3) {
                double x = labels[i];
                double y = labels[i + 1];
                double z = labels[i + 2];
                if (x != 0 || y != 0 || z != 0) {
                    double dot = x * map.values()[i] + y * map.values()[i + 1] + z * map.values()[i + 2];
                    sum += Math.toDegrees(Math.acos(Math.max(-1, Math.min(1, dot))));
                    count++;
                }
            }
        }

        @Override
        double value() {
            return sum / Math.max(1, count);
        }

        @Override
        double better() {
            return -value();
        }
    }

    private static final class Rmse extends QuickScore {
        private double sum;
        private long count;

        @Override
        String name() {
            return "rmse";
        }

        @Override
        void add(Prediction prediction, float[] labels) {
            if (!(prediction instanceof Prediction.DepthMap map)) {
                throw wrongKind(prediction);
            }
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] != 0) {
                    double difference = map.values()[i] - labels[i];
                    sum += difference * difference;
                    count++;
                }
            }
        }

        @Override
        double value() {
            return Math.sqrt(sum / Math.max(1, count));
        }

        @Override
        double better() {
            return -value();
        }
    }
}
