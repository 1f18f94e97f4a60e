package dev.facet.trainer.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.facet.core.image.Frame;
import dev.facet.core.image.InputPolicy;
import dev.facet.core.image.InputTensor;
import dev.facet.core.image.Normalization;
import dev.facet.core.task.NetworkOutput;
import dev.facet.core.task.TaskKind;
import dev.facet.trainer.export.DjlForward;
import dev.facet.trainer.network.TaskNetwork;
import dev.facet.trainer.sample.LabelledPhoto;
import java.nio.FloatBuffer;
import java.util.List;

/** Scores weights on whole photos, the way that the server answers. */
final class Validation {
    private final NDManager manager;
    private final TaskKind kind;
    private final List<LabelledPhoto> photos;
    private final InputPolicy policy;
    private final Normalization normalization;

    Validation(
            NDManager manager,
            TaskKind kind,
            List<LabelledPhoto> photos,
            InputPolicy policy,
            Normalization normalization) {
        this.manager = manager;
        this.kind = kind;
        this.photos = photos;
        this.policy = policy;
        this.normalization = normalization;
    }

    QuickScore run(TaskNetwork network) {
        QuickScore score = QuickScore.of(kind);
        for (LabelledPhoto photo : photos) {
            Frame frame = policy.frame(photo.photo().height(), photo.photo().width());
            FloatBuffer input = InputTensor.allocate(frame.paddedHeight(), frame.paddedWidth());
            InputTensor.prepare(photo.photo(), frame, normalization, input);
            try (NDManager local = manager.newSubManager()) {
                NDArray image = local.create(input, new Shape(1, 3, frame.paddedHeight(), frame.paddedWidth()));
                NetworkOutput output = DjlForward.map(network, image);
                score.add(kind.decode(output, frame), photo.plane(kind.id()).toFloats());
            }
        }
        return score;
    }
}
