package dev.facet.evaluation.dataset;

import dev.facet.core.image.Samples;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Predictions as the method's reference writes them, and labels beside them in another folder. Immutable and thread-safe;
 * files are read when they are asked for.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><th>kind</th><th>prediction</th><th>label</th></tr>
 * <tr><td>segmentation, human parts</td><td>{@code ID_encoded.png} or {@code ID.png}</td><td>{@code ID.png}</td></tr>
 * <tr><td>saliency</td><td>{@code ID.png}, 8-bit grey</td><td>{@code ID.png}, or {@code ID.npy} of 0 and 1</td></tr>
 * <tr><td>edges</td><td>{@code ID.png}, 8-bit grey</td><td>{@code ID_k.png} of annotators k, or {@code ID.png}</td></tr>
 * <tr><td>normals</td><td>{@code ID.png}, RGB</td><td>{@code ID.png}, or {@code ID.npy}, CHW</td></tr>
 * <tr><td>depth</td><td>{@code ID.mat} (variable {@code depth}) or {@code ID.npy}</td><td>{@code ID.png}, millimetres, or {@code ID.npy}</td></tr>
 * </table>
 */
public final class ReferenceFolder {
    private static final String ENCODED = "_encoded";

    private final TaskKind kind;
    private final Path predictions;
    private final Path labels;
    private final Map<String, List<Path>> annotators;
    private final List<String> ids;

    private ReferenceFolder(TaskKind kind, Path predictions, Path labels) {
        this.kind = kind;
        this.predictions = predictions;
        this.labels = labels;
        annotators = kind instanceof Edges ? AnnotatorFiles.of(labels) : Map.of();
        ids = predicted();
    }

    /**
     * Opens two folders; every prediction needs its label.
     *
     * @throws DatasetException naming what is missing
     */
    public static ReferenceFolder open(TaskKind kind, Path predictions, Path labels) {
        for (Path folder : List.of(predictions, labels)) {
            if (!Files.isDirectory(folder)) {
                throw new DatasetException("no such folder: " + folder);
            }
        }
        return new ReferenceFolder(kind, predictions, labels);
    }

    /** Names of the images, sorted. */
    public List<String> ids() {
        return ids;
    }

    private List<String> predicted() {
        TreeSet<String> found = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(predictions)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean depth = name.endsWith(".mat") || name.endsWith(".npy");
                if ((kind instanceof Depth ? depth : name.endsWith(".png")) && !name.endsWith("_decoded.png")) {
                    String id = name.substring(0, name.length() - 4);
                    found.add(id.endsWith(ENCODED) ? id.substring(0, id.length() - ENCODED.length()) : id);
                }
            }
        } catch (IOException e) {
            throw new DatasetException("folder can't be read: %s [folder=%s]".formatted(e, predictions), e);
        }
        if (found.isEmpty()) {
            throw new DatasetException("no predictions: folder=%s, expected ID%s"
                    .formatted(predictions, kind instanceof Depth ? ".mat or .npy" : ".png"));
        }
        for (String id : found) {
            if (!annotators.containsKey(id) && !Files.exists(label(id, ".png")) && !Files.exists(label(id, ".npy"))) {
                throw new DatasetException("no label: file=%s or .npy".formatted(label(id, ".png")));
            }
        }
        return List.copyOf(found);
    }

    private Path label(String id, String ending) {
        return labels.resolve(id + ending);
    }

    /** Reads a prediction. */
    public Prediction prediction(String id) {
        Path file = predictions.resolve(id + ".png");
        if (kind instanceof Segmentation || kind instanceof HumanParts) {
            Path encoded = predictions.resolve(id + ENCODED + ".png");
            Label.ClassMap map = LabelReader.classes(Files.exists(encoded) ? encoded : file, 255);
            return new Prediction.LabelMap(map.height(), map.width(), map.ids(), List.of());
        }
        if (kind instanceof Depth depth) {
            Path matrix = predictions.resolve(id + ".mat");
            Matrices.Plane plane = Files.exists(matrix)
                    ? Matrices.plane(matrix, "depth")
                    : Matrices.plane(predictions.resolve(id + ".npy"));
            return new Prediction.DepthMap(plane.height(), plane.width(), plane.values(), depth);
        }
        if (kind instanceof Normals normals) {
            Samples samples = LabelReader.rgb(file);
            float[] values = new float[samples.values().length];
            for (int i = 0; i < values.length; i++) {
                values[i] = samples.values()[i] / 127.5f - 1;
            }
            return new Prediction.NormalMap(samples.height(), samples.width(), values, normals);
        }
        Label.SaliencyMap map = LabelReader.saliency(file);
        float[] values = new float[map.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (map.values()[i] & 0xFF) / 255f;
        }
        return new Prediction.ProbabilityMap(map.height(), map.width(), values);
    }

    /** Reads a label. */
    public Label label(String id) {
        Path png = label(id, ".png");
        if (kind instanceof Segmentation || kind instanceof HumanParts) {
            return LabelReader.classes(png, 255);
        }
        if (kind instanceof Edges) {
            return annotators.containsKey(id) ? LabelReader.annotators(annotators.get(id)) : LabelReader.edges(png);
        }
        if (Files.exists(png)) {
            return kind instanceof Depth
                    ? LabelReader.depth(png)
                    : kind instanceof Normals ? LabelReader.normals(png) : LabelReader.saliency(png);
        }
        Path array = label(id, ".npy");
        if (kind instanceof Normals) {
            Matrices.Plane vectors = Matrices.vectors(array);
            return new Label.NormalMap(vectors.height(), vectors.width(), vectors.values());
        }
        Matrices.Plane plane = Matrices.plane(array);
        float[] values = plane.values();
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
