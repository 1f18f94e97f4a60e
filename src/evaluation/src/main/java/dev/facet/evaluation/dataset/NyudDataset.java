package dev.facet.evaluation.dataset;

import dev.facet.core.image.Raster;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.ReferenceTask;
import dev.facet.core.task.Segmentation;
import dev.facet.evaluation.boundary.SegmentBoundaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A split of NYUD_MT, the four-task set of indoor images that the method was published on, in the layout of its archive or of
 * the one with NumPy arrays:
 *
 * <pre>
 * images/ID.jpg
 * segmentation/ID.mat   segmentation, 0 … 40        or ID.png
 * edge/ID.png           grey                        or ID.npy
 * normals/ID.jpg        RGB, n = 2·v/255 − 1        or ID.npy, [H, W, 3]
 * depth/ID.mat          depth, metres               or ID.npy
 * gt_sets/SPLIT.txt     ids
 * </pre>
 *
 * Where several lie there, the first named is read. Edges count from v/255 ≥ 0.5 on in training; the benchmark's truth is the
 * edge map itself taken as a map of segments ({@link SegmentBoundaries}), as the reference's tool does it. Every pixel's normal
 * counts. Depth of 0 is unknown. Immutable and thread-safe.
 */
public final class NyudDataset implements LabelledDataset {
    /** Largest distance of a match of boundaries as a share of the diagonal, as published scores have it. */
    public static final double BOUNDARY_TOLERANCE = 0.011;

    private static final String NAME = "NYUD";
    private static final List<String> KINDS = List.of(Segmentation.ID, Depth.ID, Normals.ID, Edges.ID);
    private static final int CLASSES = 41;
    /** A component of a normal, with room for rounding. */
    private static final float LONGEST = 1.01f;

    private final OpenedSplit opened;
    private final DatasetOptions options;
    private final Annotations images;
    private final Path root;

    private NyudDataset(OpenedSplit opened, DatasetOptions options, Path root) {
        this.opened = opened;
        this.options = options;
        this.root = root;
        images = Annotations.of(root, "images/*.jpg", "images/*.png");
    }

    /**
     * Opens a split.
     *
     * @param root {@code NYUD_MT} or the folder around it
     * @throws DatasetException naming the file that is missing or wrong
     */
    public static NyudDataset open(Path root, List<String> kinds, String split, DatasetOptions options) {
        List<String> checked = OpenedSplit.checkedKinds(kinds, KINDS, NAME);
        Path folder = Annotations.folder(root, "NYUD_MT", "NYUDv2");
        if (!Files.isDirectory(folder.resolve("gt_sets"))) {
            throw new DatasetException(
                    "no NYUD_MT: folder=%s, expected NYUD_MT/gt_sets or gt_sets in it".formatted(root));
        }
        List<String> ids = PlainFiles.ids(folder.resolve("gt_sets"), split);
        NyudDataset dataset = new NyudDataset(new OpenedSplit(NAME, split, checked, ids), options, folder);
        Annotations.check(
                ids,
                split,
                Stream.concat(Stream.of(dataset.images), checked.stream().map(dataset::annotations)));
        return dataset;
    }

    private Annotations annotations(String kind) {
        return switch (opened.checked(kind)) {
            case Segmentation.ID -> Annotations.of(root, "segmentation/*.mat", "segmentation/*.png");
            case Depth.ID -> Annotations.of(root, "depth/*.mat", "depth/*.npy");
            case Normals.ID -> Annotations.of(root, "normals/*.jpg", "normals/*.png", "normals/*.npy");
            default -> Annotations.of(root, "edge/*.png", "edge/*.npy");
        };
    }

    @Override
    public OpenedSplit opened() {
        return opened;
    }

    @Override
    public double boundaryTolerance() {
        return BOUNDARY_TOLERANCE;
    }

    @Override
    public List<LabelClass> labelClasses(String kind) {
        if (!opened.checked(kind).equals(Segmentation.ID)) {
            return List.of();
        }
        return ReferenceTask.SEMSEG.classes(options.unlabelledIsAClass() ? CLASSES : CLASSES - 1);
    }

    @Override
    public Raster image(String id) {
        return images.storedImage(id);
    }

    @Override
    public Path labelFile(String id, String kind) {
        return annotations(kind).expected(id);
    }

    @Override
    public Label label(String id, String kind) {
        Annotations annotations = annotations(kind);
        Path file = annotations.file(id);
        return switch (kind) {
            case Segmentation.ID -> segmentation(file);
            case Depth.ID -> depth(file);
            case Normals.ID -> normals(file, annotations, id);
            default -> edges(file);
        };
    }

    private Label.ClassMap segmentation(Path file) {
        if (!file.toString().endsWith(".mat")) {
            Label.ClassMap map = LabelReader.classes(file, CLASSES);
            return withoutUnlabelled(map);
        }
        Matrices.Ids matrix = Matrices.ids(file, "segmentation");
        byte[] ids = new byte[matrix.values().length];
        for (int i = 0; i < ids.length; i++) {
            char id = matrix.values()[i];
            if (id >= CLASSES && id != Label.ClassMap.IGNORED) {
                throw new DatasetException(
                        "label beyond the classes: id=%d, expected 0..%d or 255 [file=%s, x=%d, y=%d]"
                                .formatted((int) id, CLASSES - 1, file, i % matrix.width(), i / matrix.width()));
            }
            ids[i] = (byte) id;
        }
        return withoutUnlabelled(new Label.ClassMap(matrix.height(), matrix.width(), ids));
    }

    private Label.ClassMap withoutUnlabelled(Label.ClassMap map) {
        if (options.unlabelledIsAClass()) {
            return map;
        }
        byte[] ids = map.ids().clone();
        for (int i = 0; i < ids.length; i++) {
            // 0 becomes 255, and 255 stays.
            ids[i] = (byte) (ids[i] == (byte) Label.ClassMap.IGNORED ? ids[i] : ids[i] - 1);
        }
        return new Label.ClassMap(map.height(), map.width(), ids);
    }

    private static Label.DepthMap depth(Path file) {
        Matrices.Plane plane = file.toString().endsWith(".mat") ? Matrices.plane(file, "depth") : Matrices.plane(file);
        for (int i = 0; i < plane.values().length; i++) {
            if (!(plane.values()[i] >= 0 && plane.values()[i] < Float.POSITIVE_INFINITY)) {
                throw new DatasetException("depth: value=%s, expected a distance [file=%s, x=%d, y=%d]"
                        .formatted(plane.values()[i], file, i % plane.width(), i / plane.width()));
            }
        }
        return new Label.DepthMap(plane.height(), plane.width(), plane.values());
    }

    private static Label.NormalMap normals(Path file, Annotations annotations, String id) {
        if (file.toString().endsWith(".npy")) {
            Matrices.Plane plane = Matrices.vectors(file);
            for (int i = 0; i < plane.values().length; i++) {
                if (!(Math.abs(plane.values()[i]) <= LONGEST)) {
                    throw new DatasetException("normal: component=%s, expected -1..1 [file=%s, x=%d, y=%d]"
                            .formatted(plane.values()[i], file, i / 3 % plane.width(), i / 3 / plane.width()));
                }
            }
            return new Label.NormalMap(plane.height(), plane.width(), plane.values());
        }
        Raster raster = annotations.storedImage(id);
        float[] vectors = new float[raster.rgb().length];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = 2 * (float) (raster.rgb()[i] & 0xFF) / 255 - 1;
        }
        return new Label.NormalMap(raster.height(), raster.width(), vectors);
    }

    private Label.EdgeMap edges(Path file) {
        Label.EdgeMap stored = file.toString().endsWith(".npy") ? edgeArray(file) : LabelReader.edges(file);
        byte[] mean = new byte[stored.mean().length];
        char[] segments = new char[mean.length];
        for (int i = 0; i < mean.length; i++) {
            segments[i] = (char) (stored.mean()[i] & 0xFF);
            mean[i] = (byte) (segments[i] >= 128 ? 255 : 0);
        }
        List<byte[]> truths = options.boundaryTruths()
                ? List.of(SegmentBoundaries.of(segments, stored.height(), stored.width()))
                : List.of();
        return new Label.EdgeMap(stored.height(), stored.width(), mean, truths);
    }

    /** An array of 0 … 1, or of 0 … 255 where its numbers are bytes above 1. */
    private static Label.EdgeMap edgeArray(Path file) {
        Matrices.Plane plane = Matrices.plane(file);
        float largest = 0;
        for (float value : plane.values()) {
            if (!(value >= 0 && value <= 255)) {
                throw new DatasetException("edge: value=%s, expected 0..1 or 0..255 [file=%s]".formatted(value, file));
            }
            largest = Math.max(largest, value);
        }
        float factor = largest > 1 ? 1 : 255;
        byte[] mean = new byte[plane.values().length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (byte) Math.round(plane.values()[i] * factor);
        }
        return new Label.EdgeMap(plane.height(), plane.width(), mean, List.of());
    }
}
