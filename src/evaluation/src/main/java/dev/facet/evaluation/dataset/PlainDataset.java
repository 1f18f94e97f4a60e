package dev.facet.evaluation.dataset;

import dev.facet.core.image.ImageException;
import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.PhotoReader;
import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One split of a data set in the plain folder layout, for one task kind. Immutable and thread-safe; images and labels are
 * read when they are asked for, nothing is kept.
 *
 * <pre>
 * images/ID.jpg | .jpeg | .png | .webp    the photo
 * segmentation/ID.png  human_parts/ID.png  depth/ID.png  normals/ID.png  saliency/ID.png  edges/ID.png
 * edges_annotators/ID_k.png               boundary map of annotator k = 0, 1, …
 * splits/NAME.txt                         ids, one a line
 * classes.txt                             line k, from 0, is the name of class k
 * </pre>
 *
 * A photo and its label have one size. How labels are encoded: {@link LabelReader}. Edges need {@code edges/ID.png} or the
 * annotators' maps; where only these are there, the mean map is made of them.
 */
public final class PlainDataset {
    private static final List<String> PHOTO_ENDINGS =
            List.of(".jpg", ".jpeg", ".png", ".webp", ".JPG", ".JPEG", ".PNG");

    private final Path root;
    private final String kind;
    private final String split;
    private final List<String> ids;
    private final List<String> classes;
    private final Map<String, List<Path>> annotators;

    private PlainDataset(
            Path root,
            String kind,
            String split,
            List<String> ids,
            List<String> classes,
            Map<String, List<Path>> annotators) {
        this.root = root;
        this.kind = kind;
        this.split = split;
        this.ids = ids;
        this.classes = classes;
        this.annotators = annotators;
    }

    /**
     * Opens a split and checks that every photo and label of it is there.
     *
     * @param kind one of {@link TaskKind#IDS}
     * @param split name of a list in {@code splits}
     * @throws DatasetException naming the file that is missing or wrong
     */
    public static PlainDataset open(Path root, String kind, String split) {
        if (!TaskKind.IDS.contains(kind)) {
            throw new IllegalArgumentException("task kind: value='%s', expected=%s".formatted(kind, TaskKind.IDS));
        }
        if (!Files.isDirectory(root)) {
            throw new DatasetException("no such data set: folder=%s".formatted(root));
        }
        boolean labelled = kind.equals(Segmentation.ID) || kind.equals(HumanParts.ID);
        List<String> classes = labelled ? PlainFiles.classes(root) : List.of();
        PlainFiles.checkLabelClasses(root, classes);
        Map<String, List<Path>> annotators =
                kind.equals(Edges.ID) ? AnnotatorFiles.of(root.resolve("edges_annotators")) : Map.of();
        List<String> ids = PlainFiles.ids(root, split);
        PlainDataset dataset = new PlainDataset(root, kind, split, ids, classes, annotators);
        dataset.checkFiles();
        return dataset;
    }

    /** The name of the data set: its folder's. */
    public String name() {
        Path name = root.toAbsolutePath().normalize().getFileName();
        return name == null ? root.toString() : name.toString();
    }

    public String split() {
        return split;
    }

    /** The task kind, one of {@link TaskKind#IDS}. */
    public String kind() {
        return kind;
    }

    /** The ids of the split, in the order of its list. */
    public List<String> ids() {
        return ids;
    }

    /** The names of the classes by id, for segmentation and human parts; none where the data set doesn't say. */
    public List<String> classes() {
        return classes;
    }

    /** Whether the images of this split have maps of single annotators; all or none of them have. */
    public boolean hasAnnotators() {
        return annotators.containsKey(ids.get(0));
    }

    /**
     * Reads a photo and its label.
     *
     * @throws DatasetException naming the file that can't be used
     */
    public Sample sample(String id) {
        Raster photo = photo(id);
        Label label = label(id);
        if (label.height() != photo.height() || label.width() != photo.width()) {
            throw new DatasetException("label of another size: label=%d×%d, photo=%d×%d [file=%s]"
                    .formatted(label.height(), label.width(), photo.height(), photo.width(), labelFile(id)));
        }
        return new Sample(id, photo, label);
    }

    /** Reads a photo. */
    public Raster photo(String id) {
        Path file = photoFile(id);
        try {
            return PhotoReader.read(file, ImageLimits.DEFAULT);
        } catch (IOException e) {
            throw new DatasetException("photo can't be read: %s [file=%s]".formatted(e, file), e);
        } catch (ImageException e) {
            throw new DatasetException("%s [file=%s]".formatted(e.getMessage(), file), e);
        }
    }

    /** Reads a label: the record of {@link Label} that belongs to the kind. */
    public Label label(String id) {
        Path file = labelFile(checked(id));
        return switch (kind) {
            case Segmentation.ID, HumanParts.ID -> LabelReader.classes(file, classes.isEmpty() ? 255 : classes.size());
            case Depth.ID -> LabelReader.depth(file);
            case Normals.ID -> LabelReader.normals(file);
            case Saliency.ID -> LabelReader.saliency(file);
            case Edges.ID -> edges(id, file);
            default -> throw new IllegalStateException("no labels of kind %s (bug)".formatted(kind));
        };
    }

    private Label.EdgeMap edges(String id, Path file) {
        List<Path> files = annotators.getOrDefault(id, List.of());
        if (files.isEmpty()) {
            return LabelReader.edges(file);
        }
        Label.EdgeMap drawn = LabelReader.annotators(files);
        if (!Files.exists(file)) {
            return drawn;
        }
        Label.EdgeMap mean = LabelReader.edges(file);
        if (mean.height() != drawn.height() || mean.width() != drawn.width()) {
            throw new DatasetException("maps of two sizes: %d×%d, expected %d×%d [file=%s]"
                    .formatted(drawn.height(), drawn.width(), mean.height(), mean.width(), files.get(0)));
        }
        return new Label.EdgeMap(mean.height(), mean.width(), mean.mean(), drawn.annotators());
    }

    private void checkFiles() {
        List<Path> missing = new ArrayList<>();
        for (String id : ids) {
            if (findPhoto(id) == null) {
                missing.add(root.resolve("images").resolve(id + ".jpg"));
            }
            if (!annotators.containsKey(id) && !Files.isRegularFile(labelFile(id))) {
                missing.add(labelFile(id));
            }
            if (annotators.containsKey(id) != hasAnnotators()) {
                String without = hasAnnotators() ? id : ids.get(0);
                missing.add(root.resolve("edges_annotators").resolve(without + "_0.png"));
            }
        }
        if (!missing.isEmpty()) {
            Collections.sort(missing);
            throw new DatasetException(
                    "files missing: count=%d, first=%s [split=%s]".formatted(missing.size(), missing.get(0), split));
        }
    }

    private Path photoFile(String id) {
        Path file = findPhoto(checked(id));
        if (file == null) {
            throw new DatasetException(
                    "no such photo: file=%s".formatted(root.resolve("images").resolve(id + ".jpg")));
        }
        return file;
    }

    private Path findPhoto(String id) {
        for (String ending : PHOTO_ENDINGS) {
            Path file = root.resolve("images").resolve(id + ending);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    private Path labelFile(String id) {
        return root.resolve(kind.replace('-', '_')).resolve(id + ".png");
    }

    private static String checked(String id) {
        if (!PlainFiles.isName(id)) {
            throw new IllegalArgumentException("image id: value='%s', expected a file name".formatted(id));
        }
        return id;
    }
}
