package dev.facet.evaluation.dataset;

import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.SegmentBoundaries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder of labels by image, as they lie beside the reference's predictions. Immutable and thread-safe; files are read when
 * they are asked for.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>segmentation, human parts</td><td>{@code ID.png}</td></tr>
 * <tr><td>saliency</td><td>{@code ID.png}, or {@code ID.npy} of 0 and 1</td></tr>
 * <tr><td>edges</td><td>{@code ID_k.png} of annotators k, unless {@code ID_k} is an image too, or {@code ID.png}; of segments
 *     {@code ID.mat} (variable {@code LabelMap}) or {@code ID.png}</td></tr>
 * <tr><td>normals</td><td>{@code ID.png}, or {@code ID.npy}, [3, H, W] or [H, W, 3]</td></tr>
 * <tr><td>depth</td><td>{@code ID.png}, millimetres, {@code ID.mat} (variable {@code depth}), or {@code ID.npy}</td></tr>
 * <tr><td>inverse depth</td><td>{@code ID.png} of 8 bits, or {@code ID.npy}, not finite where unknown; or distances, whose
 *     inverse it is: {@code ID.png} of 16 bits, millimetres, or {@code ID.mat} (variable {@code depth})</td></tr>
 * </table>
 */
public final class LabelFolder {
    private final TaskKind kind;
    private final Path folder;
    private final boolean segments;
    private final Map<String, List<Path>> annotators;

    private LabelFolder(TaskKind kind, Path folder, List<String> ids, boolean segments) {
        this.kind = kind;
        this.folder = folder;
        this.segments = segments && kind instanceof Edges;
        annotators = kind instanceof Edges && !segments ? AnnotatorFiles.of(folder, Set.copyOf(ids)) : Map.of();
    }

    /**
     * Opens a folder that has to hold a label for each of some images.
     *
     * @param segments for edges: whether labels are maps of segments, whose boundaries are the truth, as with PASCAL's and
     *     NYUD's
     * @throws DatasetException naming what is missing
     */
    public static LabelFolder open(TaskKind kind, Path folder, List<String> ids, boolean segments) {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException("no such folder: " + folder);
        }
        LabelFolder labels = new LabelFolder(kind, folder, ids, segments);
        for (String id : ids) {
            if (!labels.has(id)) {
                String other = kind instanceof Edges && segments ? ".mat" : ".npy";
                throw new DatasetException("no label: file=%s or %s".formatted(labels.file(id, ".png"), other));
            }
        }
        return labels;
    }

    private boolean has(String id) {
        boolean array = !(kind instanceof ClassKind || kind instanceof Edges);
        return annotators.containsKey(id)
                || Files.exists(file(id, ".png"))
                || array && Files.exists(file(id, ".npy"))
                || (kind instanceof Depth || segments) && Files.exists(file(id, ".mat"));
    }

    private Label.EdgeMap boundaries(String id) {
        Path matrix = file(id, ".mat");
        Matrices.Ids map = Files.exists(matrix) ? Matrices.ids(matrix, "LabelMap") : LabelReader.ids(file(id, ".png"));
        byte[] truth = SegmentBoundaries.of(map.values(), map.height(), map.width());
        byte[] mean = new byte[truth.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (byte) (truth[i] != 0 ? 255 : 0);
        }
        return new Label.EdgeMap(map.height(), map.width(), mean, List.of(truth));
    }

    private Path file(String id, String ending) {
        return folder.resolve(id + ending);
    }

    /** Reads a label. */
    public Label label(String id) {
        Path png = file(id, ".png");
        if (kind instanceof ClassKind) {
            return LabelReader.classes(png, 255);
        }
        if (segments) {
            return boundaries(id);
        }
        if (kind instanceof Edges) {
            return annotators.containsKey(id) ? LabelReader.annotators(annotators.get(id)) : LabelReader.edges(png);
        }
        if (Files.exists(png)) {
            return kind instanceof Depth depth
                    ? LabelReader.depth(png, depth.quantity())
                    : kind instanceof Normals ? LabelReader.normals(png) : LabelReader.saliency(png);
        }
        Path array = file(id, ".npy");
        if (kind instanceof Normals) {
            Matrices.Plane vectors = Matrices.vectors(array);
            return new Label.NormalMap(vectors.height(), vectors.width(), vectors.values());
        }
        Path matrix = file(id, ".mat");
        Matrices.Plane plane =
                kind instanceof Depth && Files.exists(matrix) ? Matrices.plane(matrix, "depth") : Matrices.plane(array);
        float[] values = plane.values();
        if (kind instanceof Depth depth && depth.isInverse() && !Files.exists(matrix)) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.isFinite(values[i]) ? values[i] : Float.NaN;
            }
            return new Label.InverseDepthMap(plane.height(), plane.width(), values);
        }
        if (kind instanceof Depth) {
            return new Label.DepthMap(plane.height(), plane.width(), values);
        }
        byte[] mask = new byte[values.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = (byte) (values[i] > 0.5 ? 255 : 0);
        }
        return new Label.SaliencyMap(plane.height(), plane.width(), mask);
    }
}
