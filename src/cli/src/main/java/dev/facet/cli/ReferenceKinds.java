package dev.facet.cli;

import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.util.List;
import java.util.stream.IntStream;

/** Task kinds for predictions that come without a pack: classes have numbers for names. */
final class ReferenceKinds {
    private static final int PASCAL_CLASSES = 21;
    private static final int PARTS = 7;

    private ReferenceKinds() {}

    /** @param classes number of classes, or null for the reference's */
    static TaskKind of(String kind, Integer classes) {
        if (classes != null && (classes < 2 || classes > 255)) {
            throw new CommandFailure("number of classes: value=%d, expected=2..255".formatted(classes));
        }
        return switch (kind) {
            case Segmentation.ID -> new Segmentation(numbered(classes == null ? PASCAL_CLASSES : classes));
            case HumanParts.ID -> new HumanParts(numbered(classes == null ? PARTS : classes));
            case Depth.ID -> new Depth("metre", 0.001);
            case Normals.ID -> new Normals("x right, y down, z forward");
            case Saliency.ID -> new Saliency();
            case Edges.ID -> new Edges("boundary");
            default -> throw new IllegalStateException("no such kind: %s (bug)".formatted(kind));
        };
    }

    private static List<LabelClass> numbered(int count) {
        return IntStream.range(0, count)
                .mapToObj(id -> new LabelClass(Integer.toString(id), "#%06x".formatted(id * 0x010101)))
                .toList();
    }
}
