package dev.facet.cli;

import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.ClassKind;
import dev.facet.evaluation.dataset.LabelledDataset;
import java.util.List;
import java.util.Locale;

/** Checks that a pack and a data set speak of the same classes in the same order. */
final class LabelClasses {
    private LabelClasses() {}

    static void check(PackManifest manifest, LabelledDataset dataset) {
        List<String> expected = names(manifest);
        List<String> given = dataset.classes(manifest.task().id());
        if (expected.isEmpty() || given.isEmpty()) {
            return;
        }
        for (int id = 0; id < Math.max(expected.size(), given.size()); id++) {
            String ours = id < expected.size() ? expected.get(id) : "none";
            String theirs = id < given.size() ? given.get(id) : "none";
            if (!plain(ours).equals(plain(theirs))) {
                throw new CommandFailure(
                        ("the data set has other classes than the pack: class %d is '%s' in the data set, "
                                        + "expected '%s'; data set=%d classes, pack=%d classes [data=%s, pack=%s@%s]")
                                .formatted(
                                        id,
                                        theirs,
                                        ours,
                                        given.size(),
                                        expected.size(),
                                        dataset.name(),
                                        manifest.name(),
                                        manifest.version()));
            }
        }
    }

    private static List<String> names(PackManifest manifest) {
        return manifest.task() instanceof ClassKind kind ? kind.classNames() : List.of();
    }

    /** Underscores and capitals don't make another class. */
    private static String plain(String name) {
        return name.strip().replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
