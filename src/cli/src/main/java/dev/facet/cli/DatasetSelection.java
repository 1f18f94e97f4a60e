package dev.facet.cli;

import dev.facet.core.task.Depth;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.DatasetOptions;
import dev.facet.evaluation.dataset.LabelledDataset;
import dev.facet.evaluation.dataset.NyudDataset;
import dev.facet.evaluation.dataset.PlainOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say which data set a command works with. */
final class DatasetSelection {
    private static final int CLASSES_WITHOUT_UNLABELLED = 40;

    @Option(names = "--data", description = "Folder of the data set; for pascal and nyud also the folder around it.")
    private Path data;

    @Option(
            names = "--dataset",
            defaultValue = "plain",
            description = "Layout of the data set: plain (default), pascal (PASCAL_MT) or nyud (NYUD_MT).")
    private String layout;

    @Option(names = "--split", description = "Name of a list of ids (default: test; pascal and nyud: val).")
    private String split;

    /** Whether a data set was named. */
    boolean isGiven() {
        return data != null;
    }

    /** The split that is read. */
    String split() {
        return split != null ? split : isPlain() ? "test" : "val";
    }

    /** Whether it is in the plain layout, or labels are as there. */
    boolean isPlain() {
        return layout().equals("plain");
    }

    /** Largest distance of a match of boundaries where labels lie in a folder of their own. */
    double boundaryTolerance() {
        return layout().equals("nyud") ? NyudDataset.BOUNDARY_TOLERANCE : BoundaryOptions.STANDARD.maxDistance();
    }

    private String layout() {
        String name = layout.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "");
        return switch (name) {
            case "plain" -> "plain";
            case "pascal", "pascalmt", "pascalcontext", "pascalcontextmt" -> "pascal";
            case "nyud", "nyudmt", "nyudv2" -> "nyud";
            default ->
                throw new CommandFailure(
                        "layout of the data set: value='%s', expected=plain|pascal|nyud".formatted(layout));
        };
    }

    /** The padding that the reference evaluates with; none for the plain layout. */
    Optional<PaddedInput> padding() {
        return switch (layout()) {
            case "pascal" -> Optional.of(new PaddedInput(512, 512));
            case "nyud" -> Optional.of(new PaddedInput(425, 560));
            default -> Optional.empty();
        };
    }

    /** The number of classes that the reference has; for kinds without classes its channels. */
    int classes(String kind) {
        ReferenceTask task = ReferenceTask.of(kind);
        return switch (task) {
            case SEMSEG -> layout().equals("nyud") ? 41 : 21;
            case HUMAN_PARTS -> 7;
            case NORMALS -> 3;
            default -> 1;
        };
    }

    /** Opens the split for what a pack answers. */
    LabelledDataset open(TaskKind task) {
        return open(task, PlainOptions.NONE);
    }

    /** The same with another folder of labels, in the plain layout alone. */
    LabelledDataset open(TaskKind task, PlainOptions plain) {
        PlainOptions own = task instanceof Depth depth ? plain.withDepth(depth.quantity()) : plain;
        return open(task.id(), task.outputs(), own);
    }

    /**
     * Opens the split for a kind.
     *
     * @param outputs classes or channels that are scored; NYUD's unlabelled pixels are ignored where they are 40
     */
    LabelledDataset open(String kind, int outputs, PlainOptions plain) {
        DatasetOptions options = new DatasetOptions(outputs != CLASSES_WITHOUT_UNLABELLED, true);
        LabelledDataset dataset = LabelledDataset.open(data, layout(), List.of(kind), split(), options, plain);
        dataset.remarks().forEach(remark -> System.err.println("facet: " + remark));
        return dataset;
    }
}
