package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.DepthQuantity;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One split of a data set in the plain folder layout. Immutable and thread-safe; images and labels are read when they are
 * asked for, nothing is kept.
 *
 * <pre>
 * images/ID.jpg | .jpeg | .png | .webp    the image
 * segmentation/ID.png  human_parts/ID.png  depth/ID.png  normals/ID.png  saliency/ID.png  edges/ID.png
 * inverse_depth/ID.png                    in place of depth, where the quantity of depth is inverse depth
 * edges_annotators/ID_k.png               boundary map of annotator k = 0, 1, …
 * splits/NAME.txt                         ids, one a line
 * classes.txt                             line k, from 0, is the name of class k
 * segmentation/classes.txt  human_parts/classes.txt   the same for one kind, in place of the one above
 * </pre>
 *
 * Labels of another size than their image, but of its shape, are brought to its size ({@link LabelResizer}), but for edges. How
 * labels are encoded: {@link LabelReader}. Edges need {@code edges/ID.png} or the annotators' maps; where only these are there,
 * the mean map is made of them. {@link PlainOptions} name other folders, classes and weights.
 */
public final class PlainDataset implements LabelledDataset {
    private static final String INVERSE_DEPTH = "inverse_depth";

    private final Path root;
    private final OpenedSplit opened;
    private final PlainOptions options;
    private final Map<String, List<LabelClass>> classes;
    private final Map<String, List<Path>> annotators;
    private final Map<String, Double> weights;
    private final List<String> remarks;
    private final Annotations images;

    private PlainDataset(
            Path root,
            OpenedSplit opened,
            PlainOptions options,
            Map<String, List<LabelClass>> classes,
            Map<String, List<Path>> annotators,
            Map<String, Double> weights,
            List<String> remarks) {
        this.root = root;
        this.opened = opened;
        this.options = options;
        this.classes = classes;
        this.annotators = annotators;
        this.weights = weights;
        this.remarks = List.copyOf(remarks);
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
        return open(root, kinds, List.of(split), PlainOptions.NONE);
    }

    /**
     * Opens the images of some splits, in the order of their lists.
     *
     * @param splits names of lists in {@code splits}, at least one; no image is in two of them
     * @throws DatasetException naming the file that is missing or wrong
     */
    public static PlainDataset open(Path root, List<String> kinds, List<String> splits, PlainOptions options) {
        List<String> checked = OpenedSplit.checkedKinds(kinds, TaskKind.IDS, root.toString());
        if (!Files.isDirectory(root)) {
            throw new DatasetException("no such data set: folder=%s".formatted(root));
        }
        Map<String, List<LabelClass>> classes = new HashMap<>();
        for (String kind : checked) {
            if (kind.equals(Segmentation.ID) || kind.equals(HumanParts.ID)) {
                classes.put(kind, classes(root, kind, options));
            }
        }
        Map<String, List<Path>> annotators =
                checked.contains(Edges.ID) ? AnnotatorFiles.of(root.resolve("edges_annotators")) : Map.of();
        List<String> listed = ids(root, splits);
        Map<String, Double> weights = options.images()
                .map(weighting -> ImageWeights.read(root, weighting))
                .orElse(Map.of());
        List<String> remarks = new ArrayList<>();
        List<String> ids = options.images().isEmpty()
                ? listed
                : counted(listed, weights, root.resolve(options.images().get().from()), remarks);
        OpenedSplit opened = new OpenedSplit(name(root), String.join("+", splits), checked, ids);
        PlainDataset dataset = new PlainDataset(root, opened, options, classes, annotators, weights, remarks);
        dataset.checkFiles();
        return dataset;
    }

    /** Another folder of labels has classes of its own: those of the data set are its kinds'. */
    private static List<LabelClass> classes(Path root, String kind, PlainOptions options) {
        if (!options.classes().isEmpty()) {
            return options.classes();
        }
        String folder = options.labels().getOrDefault(kind, folder(kind));
        Path own = root.resolve(folder).resolve("classes.txt");
        boolean another = !folder.equals(folder(kind));
        return shown(PlainFiles.classes(another || Files.exists(own) ? own : root.resolve("classes.txt")));
    }

    private static List<String> ids(Path root, List<String> splits) {
        Set<String> ids = new LinkedHashSet<>();
        for (String split : splits) {
            for (String id : PlainFiles.ids(root.resolve("splits"), split)) {
                if (!ids.add(id)) {
                    throw new DatasetException(
                            "image in two splits: id='%s', splits=%s [data=%s]".formatted(id, splits, root));
                }
            }
        }
        return List.copyOf(ids);
    }

    /** The images that have a weight above 0. */
    private static List<String> counted(
            List<String> ids, Map<String, Double> weights, Path file, List<String> remarks) {
        List<String> counted = new ArrayList<>();
        for (String id : ids) {
            Double weight = weights.get(id);
            if (weight == null) {
                throw new DatasetException("no weight of an image: id='%s' [file=%s]".formatted(id, file));
            }
            if (weight > 0) {
                counted.add(id);
            }
        }
        if (counted.isEmpty()) {
            throw new DatasetException("every image has the weight 0 [file=%s]".formatted(file));
        }
        if (counted.size() < ids.size()) {
            remarks.add("images of weight 0 are left out: %d of %d".formatted(ids.size() - counted.size(), ids.size()));
        }
        return counted;
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
    public List<LabelClass> labelClasses(String kind) {
        return classes.getOrDefault(opened.checked(kind), List.of());
    }

    /**
     * Classes by their names, as they are shown: spaces for underscores; colours of the VOC palette from its second on, black for
     * the background.
     */
    public static List<LabelClass> shown(List<String> names) {
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

    @Override
    public List<String> remarks() {
        return remarks;
    }

    @Override
    public double weight(String id) {
        return weights.getOrDefault(id, 1.0);
    }

    @Override
    public Sample sample(String id) {
        Raster image = image(id);
        Map<String, Label> labels = new LinkedHashMap<>();
        for (String kind : kinds()) {
            labels.put(kind, resized(label(id, kind), image, labelFile(id, kind)));
        }
        return new Sample(id, image, labels, options.pixels().map(weighting -> pixelWeights(id, weighting, image)));
    }

    private static Label resized(Label label, Raster image, Path file) {
        boolean same = label.height() == image.height() && label.width() == image.width();
        if (same) {
            return label;
        }
        if (label instanceof Label.EdgeMap
                || !LabelResizer.sameShape(label.height(), label.width(), image.height(), image.width())) {
            String expected = label instanceof Label.EdgeMap ? "the image's: boundaries aren't resized" : "its shape";
            throw new DatasetException("label of another size: label=%d×%d, image=%d×%d, expected %s [file=%s]"
                    .formatted(label.height(), label.width(), image.height(), image.width(), expected, file));
        }
        return LabelResizer.resize(label, image.height(), image.width());
    }

    private byte[] pixelWeights(String id, Weighting weighting, Raster image) {
        Path file = weightFile(id, weighting);
        Label.SaliencyMap map = (Label.SaliencyMap) resized(LabelReader.saliency(file), image, file);
        byte[] levels = new byte[256];
        for (int v = 0; v < levels.length; v++) {
            levels[v] = (byte) Math.round(255 * Math.min(1, weighting.of(v / 255.0)));
        }
        byte[] weights = new byte[map.values().length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = levels[map.values()[i] & 0xFF];
        }
        return weights;
    }

    private Path weightFile(String id, Weighting weighting) {
        return Annotations.of(root, weighting.from() + "/*.png").expected(id);
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
                yield LabelReader.classes(file, count == 0 ? 255 : count, options.labelValues());
            }
            case Depth.ID -> LabelReader.depth(file, options.depth());
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
            options.pixels().map(weighting -> weightFile(id, weighting)).ifPresent(file -> {
                if (!Files.isRegularFile(file)) {
                    missing.add(file);
                }
            });
            if (annotators.containsKey(id) != hasAnnotators()) {
                String without = hasAnnotators() ? id : ids().get(0);
                missing.add(root.resolve("edges_annotators").resolve(without + "_0.png"));
            }
        }
        if (!missing.isEmpty()) {
            Collections.sort(missing);
            throw new DatasetException("files missing: count=%d, first=%s [split=%s]%s"
                    .formatted(missing.size(), missing.get(0), split(), otherQuantity()));
        }
    }

    /** A hint where the data set has labels of the other quantity alone. */
    private String otherQuantity() {
        boolean other = kinds().contains(Depth.ID)
                && options.depth() == DepthQuantity.DISTANCE
                && !options.labels().containsKey(Depth.ID)
                && !Files.isDirectory(root.resolve(Depth.ID))
                && Files.isDirectory(root.resolve(INVERSE_DEPTH));
        return other ? ": the data set has inverse depth, expected distances" : "";
    }

    @Override
    public Path labelFile(String id, String kind) {
        String own = kind.equals(Depth.ID) ? depthFolder() : folder(kind);
        return Annotations.of(root, options.labels().getOrDefault(kind, own) + "/*.png")
                .expected(id);
    }

    /** Sensors' distances do for inverse depth, too. */
    private String depthFolder() {
        boolean inverse = options.depth() == DepthQuantity.INVERSE_DEPTH;
        boolean distances =
                !Files.isDirectory(root.resolve(INVERSE_DEPTH)) && Files.isDirectory(root.resolve(Depth.ID));
        return inverse && !distances ? INVERSE_DEPTH : Depth.ID;
    }

    private static String folder(String kind) {
        return kind.replace('-', '_');
    }
}
