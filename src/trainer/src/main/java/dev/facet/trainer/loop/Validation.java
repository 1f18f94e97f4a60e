package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.engine.Ops;
import dev.facet.trainer.loss.Loss;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.sample.LabelledPhoto;
import java.nio.FloatBuffer;
import java.util.List;

/** Scores weights on whole photos, the way that the server answers. */
final class Validation {
    private final NDManager manager;
    private final TaskKind kind;
    private final Loss loss;
    private final List<LabelledPhoto> photos;
    private final InputPolicy policy;
    private final Normalization normalization;

    Validation(
            NDManager manager,
            TaskKind kind,
            Loss loss,
            List<LabelledPhoto> photos,
            InputPolicy policy,
            Normalization normalization) {
        this.manager = manager;
        this.kind = kind;
        this.loss = loss;
        this.photos = photos;
        this.policy = policy;
        this.normalization = normalization;
    }

    /**
     * What came out.
     *
     * @param metric its name
     * @param value its value, unscaled
     * @param better value where larger is better
     * @param loss mean loss of the photos
     */
    record Result(String metric, double value, double better, double loss) {}

    Result run(TaskNetwork network) {
        QuickScore score = QuickScore.of(kind);
        double sum = 0;
        for (LabelledPhoto photo : photos) {
            try (NDScope scope = new NDScope();
                    NDManager local = manager.newSubManager()) {
                Frame frame = policy.frame(photo.photo().height(), photo.photo().width());
                FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
                InputTensor.prepare(photo.photo(), frame, normalization, input);
                NDArray image = local.create(input, new Shape(1, 3, frame.paddedHeight(), frame.paddedWidth()));
                NDArray map = network.forward(image, false);
                NDArray prediction = loss.prediction(map, frame.paddedHeight(), frame.paddedWidth());
                float[] labels = onFrame(photo, frame);
                sum += loss.of(prediction, labels).getFloat();
                score.add(Ops.toFloats(prediction), labels, frame.paddedHeight() * frame.paddedWidth());
                scope.suppressNotUsedWarning();
            }
        }
        return new Result(score.name(), score.value(), score.better(), sum / photos.size());
    }

    /** Labels of a photo at the size of the padded frame, NCHW. */
    private float[] onFrame(LabelledPhoto photo, Frame frame) {
        int channels = photo.labelChannels();
        float outside = dev.facet.trainer.sample.Labels.outside(kind);
        float[] scaled = dev.facet.core.image.Resampler.nearest(
                photo.labels(), channels, photo.photo().height(), photo.photo().width(), frame.height(), frame.width());
        int area = frame.paddedHeight() * frame.paddedWidth();
        float[] labels = new float[channels * area];
        java.util.Arrays.fill(labels, outside);
        for (int y = 0; y < frame.height(); y++) {
            for (int x = 0; x < frame.width(); x++) {
                for (int c = 0; c < channels; c++) {
                    labels[c * area + y * frame.paddedWidth() + x] = scaled[(y * frame.width() + x) * channels + c];
                }
            }
        }
        return labels;
    }
}
