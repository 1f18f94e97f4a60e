package dev.facet.cli;

import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.Plan;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.metric.Scorer;
import java.nio.file.Path;
import java.util.List;

/**
 * A pack that is scored.
 *
 * @param file its file
 * @param plan how it runs
 * @param dataset labels of its kind
 * @param ids of the images that it answers
 * @param scorer told of each answer
 * @param pictures folder for pictures, or null
 * @param saved folder for the answers in the reference's formats, or null
 */
record PackScoring(
        Path file,
        ModulatorPack pack,
        Plan plan,
        LabelledDataset dataset,
        List<String> ids,
        Scorer scorer,
        Path pictures,
        Path saved) {
    /** The pack, as {@code NAME@VERSION}. */
    String name() {
        return pack.manifest().name() + "@" + pack.manifest().version();
    }
}
