package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.core.task.VocPalette;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One split of a data set in the plain folder layout. Immutable and thread-safe; images and labels are read when they are
 * asked for, nothing is kept.
 *
 * <pre>
 * images/ID.jpg | .jpeg | .png | .webp    the image
 * segmentation/ID.png  human_parts/ID.png  depth/ID.png  normals/ID.png  saliency/ID.png  edges/ID.png
 * edges_annotators/ID_k.png               boundary map of annotator k = 0, 1, …
 * splits/NAME.txt                         ids, one a line
 * classes.txt                             line k, from 0, is the name of class k
 * segmentation/classes.txt  human_parts/classes.txt   the same for one kind, in place of the one above
 * </pre>
 *
 * An image and its labels have one size. How labels are encoded: {@link LabelReader}. Edges need {@code edges/ID.png} or the
 * annotators' maps; where only these are there, the mean map is made of them.
 */
public final class PlainDataset implements LabelledDataset {
    private final Path root;
    private final OpenedSplit opened;
    private final Map<String, List<String>> classes;
    private final Map<String, List<Path>> annotators;
    private final Annotations images;

    private PlainDataset(
            Path root, OpenedSplit opened, Map<String, List<String>> classes, Map<String, List<Path>> annotators) {
        this.root = root;
        this.opened = opened;
        this.classes = classes;
        this.annotators = annotators;
        images = Annotations.of(
                root,
                "images/*.jpg",
                "images/*.jpeg",
                "images/*.png",
                "images/*.webp",
                "images/*.JPG",
                "images/*.JPEG",
                "images/*.PNG");
    }

    /**
     * Opens a split and checks that every image and label of it is there.
     *
     * @param kinds of {@link TaskKind#IDS}
     * @param split name of a list in {@code splits}
     * @throws DatasetException naming the file that is missing or wrong
     */
    public static PlainDataset open(Path root, List<String> kinds, String split) {
        List<String> checked = OpenedSplit.checkedKinds(kinds, TaskKind.IDS, root.toString());
        if (!Files.isDirectory(root)) {
            throw new DatasetException("no such data set: folder=%s".formatted(root));
        }
        Map<String, List<String>> classes = new HashMap<>();
        for (String kind : checked) {
            if (kind.equals(Segmentation.ID) || kind.equals(HumanParts.ID)) {
                Path own = root.resolve(folder(kind)).resolve("classes.txt");
                classes.put(kind, PlainFiles.classes(Files.exists(own) ? own : root.resolve("classes.txt")));
            }
        }
        Map<String, List<Path>> annotators =
                checked.contains(Edges.ID) ? AnnotatorFiles.of(root.resolve("edges_annotators")) : Map.of();
        List<String> ids = PlainFiles.ids(root.resolve("splits"), split);
        PlainDataset dataset =
                new PlainDataset(root, new OpenedSplit(name(root), split, checked, ids), classes, annotators);
        dataset.checkFiles();
        return dataset;
    }

    private static String name(Path root) {
        Path name = root.toAbsolutePath().normalize().getFileName();
        return name == null ? root.toString() : name.toString();
    }

    @Override
    public OpenedSplit opened() {
        return opened;
    }

    @Override
    public List<String> classes(String kind) {
        return classes.getOrDefault(opened.checked(kind), List.of());
    }

    /** Names with spaces for underscores; colours of the VOC palette from its second on, black for the background. */
    @Override
    public List<LabelClass> labelClasses(String kind) {
        List<String> names = classes(kind);
        List<LabelClass> shown = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String color = VocPalette.color(name.equals("background") ? 0 : i + 1);
            shown.add(new LabelClass(name.replace('_', ' '), color));
        }
        return List.copyOf(shown);
    }

    @Override
    public boolean keepsHoles() {
        return true;
    }

    /** Whether the images of this split have maps of single annotators; all or none of them have. */
    boolean hasAnnotators() {
        return annotators.containsKey(ids().get(0));
    }

    @Override
    public Raster image(String id) {
        return images.image(id);
    }

    @Override
    public Label label(String id, String kind) {
        Path file = labelFile(id, opened.checked(kind));
        return switch (kind) {
            case Segmentation.ID, HumanParts.ID -> {
                int count = classes.get(kind).size();
                yield LabelReader.classes(file, count == 0 ? 255 : count);
            }
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
        for (String id : ids()) {
            if (!images.has(id)) {
                missing.add(images.expected(id));
            }
            for (String kind : kinds()) {
                boolean drawn = kind.equals(Edges.ID) && annotators.containsKey(id);
                if (!drawn && !Files.isRegularFile(labelFile(id, kind))) {
                    missing.add(labelFile(id, kind));
                }
            }
            if (annotators.containsKey(id) != hasAnnotators()) {
                String without = hasAnnotators() ? id : ids().get(0);
                missing.add(root.resolve("edges_annotators").resolve(without + "_0.png"));
            }
        }
        if (!missing.isEmpty()) {
            Collections.sort(missing);
            throw new DatasetException(
                    "files missing: count=%d, first=%s [split=%s]".formatted(missing.size(), missing.get(0), split()));
        }
    }

    @Override
    public Path labelFile(String id, String kind) {
        return Annotations.of(root, folder(kind) + "/*.png").expected(id);
    }

    private static String folder(String kind) {
        return kind.replace('-', '_');
    }
}
