package dev.facet.trainer;

import dev.facet.core.task.Depth;
import dev.facet.core.task.DepthQuantity;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.dataset.DatasetException;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.trainer.config.TrainingConfiguration;
import java.util.List;

/** Task kinds with the parameters that a configuration and its data set give them. */
final class TaskKinds {
    private TaskKinds() {}

    /** The kind of a task, for the classes of a data set that was opened for it. */
    static TaskKind of(TrainingConfiguration.Dataset settings, LabelledDataset dataset, String id) {
        return switch (id) {
            case Segmentation.ID -> new Segmentation(classes(dataset, id));
            case HumanParts.ID -> new HumanParts(classes(dataset, id));
            case Edges.ID -> new Edges(settings.counted());
            case Saliency.ID -> new Saliency();
            case Normals.ID -> new Normals(settings.axes());
            case Depth.ID ->
                settings.quantity() == DepthQuantity.INVERSE_DEPTH ? Depth.INVERSE : new Depth("metre", 0.001);
            default -> throw new IllegalStateException("no such kind: '%s' (bug)".formatted(id));
        };
    }

    private static List<LabelClass> classes(LabelledDataset dataset, String id) {
        List<LabelClass> classes = dataset.labelClasses(id);
        if (classes.isEmpty()) {
            throw new DatasetException(
                    "no names of classes: kind='%s', expected a file classes.txt, line k from 0 names class k [dataset=%s]"
                            .formatted(id, dataset.name()));
        }
        return classes;
    }
}
