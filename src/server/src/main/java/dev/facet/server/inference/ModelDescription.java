package dev.facet.server.inference;

import dev.facet.core.image.Normalization;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.task.ClassKind;
import dev.facet.core.task.Depth;
import dev.facet.core.task.Edges;
import dev.facet.core.task.Normals;
import dev.facet.core.task.TaskKind;
import dev.facet.runtime.registry.PackView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model as clients see it: one pack in one of its two forms.
 *
 * @param name its name
 * @param version of the pack that is described
 * @param versions that can be asked for, lowest first
 * @param input its one input
 * @param output its one output
 * @param properties what the tensors mean, in words and numbers, by name
 */
public record ModelDescription(
        ModelName name,
        String version,
        List<String> versions,
        TensorKind input,
        TensorKind output,
        Map<String, String> properties) {
    /** The protocol's extensions that the server has. */
    public static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "model_configuration",
            "model_repository",
            "model_repository(unload_dependents)",
            "schedule_policy",
            "statistics");

    /** The platform of every model. */
    public static final String PLATFORM = "facet_pack";

    /** The backend of every model. */
    public static final String BACKEND = "facet";

    static ModelDescription of(ModelName name, PackView pack, List<String> versions, Normalization normalization) {
        PackManifest manifest = pack.manifest();
        Map<String, String> properties = new TreeMap<>();
        properties.put("facet.task", manifest.task().id());
        properties.put("facet.description", manifest.description());
        properties.put("facet.licence", manifest.licence());
        properties.put("facet.digest", pack.digest());
        properties.put("facet.plan", pack.plan().id());
        properties.put("facet.input.size", Integer.toString(manifest.input().size()));
        if (name.isImage()) {
            properties.put("facet.input", "the file of an image: JPEG, PNG, WebP or TIFF");
            properties.put("facet.output", "the encoded prediction, PNG unless the parameter format says otherwise");
        } else {
            properties.put(
                    "facet.input",
                    "images, RGB, (value/255 - mean)/std, batch × channel × row × column; their longer side is best"
                            + " facet.input.size, both sides multiples of facet.input.multiple");
            properties.put("facet.input.mean", numbers(normalization.mean()));
            properties.put("facet.input.std", numbers(normalization.std()));
            properties.put(
                    "facet.input.multiple", Integer.toString(manifest.input().multiple()));
            properties.put("facet.output", meaning(manifest.task()));
        }
        if (manifest.task() instanceof ClassKind classes) {
            properties.put("facet.classes", String.join(",", classes.classNames()));
        }
        return new ModelDescription(
                name,
                pack.id().version(),
                versions,
                TensorKind.input(name),
                TensorKind.output(name, manifest.task().outputs()),
                properties);
    }

    /**
     * Images that the first extent of a tensor may count, in the words of a model's configuration: 0 where it has no such extent.
     *
     * @param most images in the batch of a tensor
     */
    public int maxBatchSize(int most) {
        return name.isImage() ? 0 : most;
    }

    /** Extents in the words of a model's configuration: without the one that counts images. */
    public List<Long> configuredDims(TensorKind tensor) {
        return name.isImage()
                ? tensor.shape()
                : tensor.shape().subList(1, tensor.shape().size());
    }

    private static String numbers(List<Float> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static String meaning(TaskKind task) {
        if (task instanceof ClassKind) {
            return "a logit for each class of facet.classes, at the size of the input";
        }
        if (task instanceof Depth depth) {
            String values = depth.scale()
                    .map(scale -> "distance in " + scale.unit())
                    .orElse("inverse depth, larger is nearer, without unit, up to a scale and a shift of each image");
            return values + ", at the size of the input";
        }
        if (task instanceof Normals normals) {
            return "unit normals x, y, z (" + normals.axes() + "), at the size of the input";
        }
        String what = task instanceof Edges edges ? "an edge: " + edges.counted() : "a salient object";
        return "logit of " + what + "; the sigmoid is the probability; at the size of the input";
    }
}
