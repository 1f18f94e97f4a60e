package dev.facet.evaluation.dataset;

import dev.facet.core.failure.Failures;
import dev.facet.core.image.PngSamples;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Prediction;
import dev.facet.core.task.TaskKind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Predictions as the method's reference writes them. Immutable and thread-safe; files are read when they are asked for.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>segmentation, human parts</td><td>{@code ID_encoded.png} or {@code ID.png}, class ids</td></tr>
 * <tr><td>saliency, edges</td><td>{@code ID.png}, 8-bit grey, 255·probability</td></tr>
 * <tr><td>normals</td><td>{@code ID.png}, RGB, 255·(n + 1)/2</td></tr>
 * <tr><td>depth</td><td>{@code ID.mat} (variable {@code depth}), otherwise {@code ID.npy}; inverse depth
 *     {@code ID.npy} alone</td></tr>
 * </table>
 */
public final class PredictionFolder {
    private static final String ENCODED = "_encoded";

    private final TaskKind kind;
    private final Path folder;
    private final List<String> ids;

    private PredictionFolder(TaskKind kind, Path folder) {
        this.kind = kind;
        this.folder = folder;
        ids = predicted();
    }

    /**
     * Opens a folder.
     *
     * @throws DatasetException if there is no such folder or no prediction in it
     */
    public static PredictionFolder open(TaskKind kind, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new DatasetException("no such folder: " + folder);
        }
        return new PredictionFolder(kind, folder);
    }

    /** Names of the images, sorted. */
    public List<String> ids() {
        return ids;
    }

    /**
     * Checks that there is a prediction for each of some images.
     *
     * @throws DatasetException naming the first file that is missing
     */
    public void check(List<String> expected) {
        Set<String> there = Set.copyOf(ids);
        List<String> missing =
                expected.stream().filter(id -> !there.contains(id)).toList();
        if (!missing.isEmpty()) {
            throw new DatasetException("predictions missing: count=%d, first=%s%s"
                    .formatted(missing.size(), folder.resolve(missing.get(0)), endings()));
        }
    }

    private String endings() {
        return kind instanceof Depth depth ? depth.isInverse() ? ".npy" : ".mat or .npy" : ".png";
    }

    private List<String> predicted() {
        TreeSet<String> found = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (isPrediction(name) && !name.endsWith("_decoded.png")) {
                    String id = name.substring(0, name.length() - 4);
                    found.add(id.endsWith(ENCODED) ? id.substring(0, id.length() - ENCODED.length()) : id);
                }
            }
        } catch (IOException e) {
            throw new DatasetException(
                    "folder can't be read: %s [folder=%s]".formatted(Failures.describe(e), folder), e);
        }
        if (found.isEmpty()) {
            throw new DatasetException("no predictions: folder=%s, expected ID%s".formatted(folder, endings()));
        }
        return List.copyOf(found);
    }

    private boolean isPrediction(String name) {
        if (kind instanceof Depth depth) {
            return name.endsWith(".npy") || name.endsWith(".mat") && !depth.isInverse();
        }
        return name.endsWith(".png");
    }

    /** Reads a prediction. */
    public Prediction prediction(String id) {
        Path file = folder.resolve(id + ".png");
        if (kind instanceof ClassKind labelled) {
            Path encoded = folder.resolve(id + ENCODED + ".png");
            Label.ClassMap map = LabelReader.classes(Files.exists(encoded) ? encoded : file, 255);
            return new Prediction.LabelMap(map.height(), map.width(), map.ids(), labelled.classes());
        }
        if (kind instanceof Depth depth) {
            Path matrix = folder.resolve(id + ".mat");
            Matrices.Plane plane = Files.exists(matrix) && !depth.isInverse()
                    ? Matrices.plane(matrix, "depth")
                    : Matrices.plane(folder.resolve(id + ".npy"));
            return new Prediction.DepthMap(plane.height(), plane.width(), plane.values(), depth);
        }
        if (kind instanceof Normals normals) {
            PngSamples samples = LabelReader.rgb(file);
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
}
