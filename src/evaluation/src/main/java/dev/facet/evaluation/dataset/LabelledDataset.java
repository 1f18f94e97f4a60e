package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One split of a data set, with the labels of one or more task kinds of each image. Thread-safe. Images and labels are read
 * when they are asked for; nothing is ever written into a data set. Failures are {@link DatasetException}s that name the file.
 */
public sealed interface LabelledDataset permits PlainDataset, JoinedDataset, PascalDataset, NyudDataset {
    /** As the other, with the plain layout as it is. */
    static LabelledDataset open(
            Path root, String datasetName, List<String> kinds, String split, DatasetOptions options) {
        return open(root, datasetName, kinds, split, options, PlainOptions.NONE);
    }

    /**
     * Opens a split and checks that every file of it is there.
     *
     * @param root folder of the data set, or for the reference's the folder around it
     * @param datasetName {@code PascalContextMT} (also {@code PASCALContext}, {@code PASCAL}, {@code PASCAL_MT}) and {@code NYUDMT} (also {@code
     *     NYUD_MT}), whatever their case, are the reference's layouts; every other name is the plain layout
     * @param kinds task kinds, of {@link TaskKind#IDS}; at least one, none twice
     * @param split name of a list of ids
     * @param options for the reference's layouts
     * @param plain for the plain layout
     * @throws DatasetException naming the file that is missing or wrong
     * @throws IllegalArgumentException if the data set has no labels of a kind
     */
    static LabelledDataset open(
            Path root,
            String datasetName,
            List<String> kinds,
            String split,
            DatasetOptions options,
            PlainOptions plain) {
        return switch (datasetName.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "")) {
            case "pascalcontextmt", "pascalcontext", "pascal", "pascalmt" ->
                PascalDataset.open(root, kinds, split, options);
            case "nyud", "nyudmt", "nyudv2" -> NyudDataset.open(root, kinds, split, options);
            default -> PlainDataset.open(root, kinds, List.of(split), plain);
        };
    }

    /** What it was opened for. */
    OpenedSplit opened();

    /** The name of the data set: its folder's for the plain layout, otherwise {@code PASCALContext} or {@code NYUD}. */
    default String name() {
        return opened().dataset();
    }

    /** The name of the split. */
    default String split() {
        return opened().split();
    }

    /** The task kinds that it was opened for, in the order in which they were asked for. */
    default List<String> kinds() {
        return opened().kinds();
    }

    /** The ids of the split, in the order of its list. */
    default List<String> ids() {
        return opened().ids();
    }

    /** The names of a kind's classes by id, for segmentation and human parts; none where the data set doesn't say. */
    default List<String> classes(String kind) {
        return labelClasses(kind).stream().map(LabelClass::name).toList();
    }

    /** The same classes as they are shown, with their colours. */
    List<LabelClass> labelClasses(String kind);

    /**
     * Whether pixels of unknown depth or without a normal stay so when labels are resized in training; the reference interpolates
     * between them and their neighbours.
     */
    default boolean keepsHoles() {
        return false;
    }

    /** Largest distance of a match of boundaries as a share of the diagonal, as published scores have it. */
    default double boundaryTolerance() {
        return BoundaryOptions.STANDARD.maxDistance();
    }

    /** What a reader of the scores should know of how the split was read; often nothing. */
    default List<String> remarks() {
        return List.of();
    }

    /** Reads an image. */
    Raster image(String id);

    /** Reads a label: the record of {@link Label} that belongs to the kind. */
    Label label(String id, String kind);

    /** The file that says most of a label, for messages. */
    Path labelFile(String id, String kind);

    /** How often an image is trained on, in relation to the others; above 0. */
    default double weight(String id) {
        return 1;
    }

    /** Reads an image and all its labels, and checks that they have one size. */
    default Sample sample(String id) {
        Raster image = image(id);
        Map<String, Label> labels = new LinkedHashMap<>();
        for (String kind : kinds()) {
            Label label = label(id, kind);
            if (label.height() != image.height() || label.width() != image.width()) {
                throw new DatasetException("label of another size: label=%d×%d, image=%d×%d [file=%s]"
                        .formatted(label.height(), label.width(), image.height(), image.width(), labelFile(id, kind)));
            }
            labels.put(kind, label);
        }
        return new Sample(id, image, labels);
    }
}
