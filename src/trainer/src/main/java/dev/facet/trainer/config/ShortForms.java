package dev.facet.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.facet.core.network.Decoder;
import dev.facet.core.task.ReferenceTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the short forms of a configuration full ones.
 *
 * <ul>
 *   <li>{@code dataset.task: T}, {@code loss.weight: W} and {@code loss.positive_weight: P}: one active task
 *   <li>{@code dataset.classes: NAME}: a list of one
 *   <li>in {@code dataset.sources}, {@code labels: FOLDER}: of the only task; {@code train: SPLIT}, {@code val: SPLIT}: a list of one
 *   <li>{@code decoder: true}: the reference's decoder
 *   <li>{@code pretrained_architecture: null}: nothing that was trained to start from, not even filters; the names of checkpoints start from these
 *   <li>{@code size: S}: a square
 *   <li>{@code RandomHorizontalFlip}: the reference's {@code RandomHorizontallyFlip}
 *   <li>a mirror image without parameters: a chance of one half ({@code null} is none)
 * </ul>
 */
final class ShortForms {
    private static final List<String> LOADERS = List.of("train_dataloader", "val_dataloader", "sample_imgs_dataloader");

    private static final String FLIP = "RandomHorizontallyFlip";

    /** torchvision's name for it. */
    private static final String OTHER_FLIP = "RandomHorizontalFlip";

    private ShortForms() {}

    /** Gives keys with two spellings the reference's one. */
    static void respell(ObjectNode tree) {
        for (String loader : LOADERS) {
            if (tree.path(loader).path("dataset_args").get("augmentations") instanceof ObjectNode augmentations) {
                JsonNode flip = augmentations.remove(OTHER_FLIP);
                if (flip != null) {
                    augmentations.set(FLIP, flip);
                }
            }
        }
        // As the configuration of a run has it that began before the reference's name was the only one.
        if (tree.get("scheduler") instanceof ObjectNode scheduler
                && scheduler.path("lr_policy").asText().equals("PolyLR")) {
            scheduler.put("lr_policy", "PolynomialLR");
        }
    }

    static void expand(ObjectNode tree) {
        expandTask(tree);
        if (tree.get("dataset") instanceof ObjectNode dataset) {
            expandSources(dataset);
        }
        if (tree.get("model") instanceof ObjectNode model) {
            expandModel(model);
        }
        for (String loader : LOADERS) {
            if (tree.path(loader).path("dataset_args").get("augmentations") instanceof ObjectNode augmentations) {
                expandSize(augmentations, "RandomCrop");
                expandSize(augmentations, "PadImage");
                expandParameter(augmentations, FLIP, "p", new DoubleNode(0.5));
            } else if (tree.path(loader).get("dataset_args") instanceof ObjectNode arguments) {
                if (arguments.path("augmentations").isNull() || !arguments.has("augmentations")) {
                    arguments.putObject("augmentations");
                }
            }
        }
    }

    private static void expandTask(ObjectNode tree) {
        if (!(tree.get("dataset") instanceof ObjectNode dataset) || !(tree.get("loss") instanceof ObjectNode loss)) {
            return;
        }
        JsonNode task = dataset.remove("task");
        if (!(dataset.get("tasks_weighting") instanceof ObjectNode)) {
            dataset.putObject("tasks_weighting");
        }
        ObjectNode weights = (ObjectNode) dataset.get("tasks_weighting");
        if (task != null && !task.isNull()) {
            if (weights.size() > 1) {
                throw new IllegalArgumentException(
                        "contradiction: dataset.task=%s, dataset.tasks_weighting=%s, expected one of them"
                                .formatted(task.asText(), weights));
            }
            JsonNode weight =
                    weights.isEmpty() ? new DoubleNode(1) : weights.elements().next();
            weights.removeAll();
            weights.set(task.asText(), weight);
        }
        moveToTask(loss, "weight", weights);
        moveToTask(loss, "positive_weight", weights);
    }

    private static void expandSources(ObjectNode dataset) {
        listOf(dataset, "classes");
        if (!dataset.hasNonNull("sources")) {
            dataset.putArray("sources");
        }
        if (!(dataset.get("sources") instanceof ArrayNode sources)) {
            return;
        }
        for (JsonNode node : sources) {
            if (!(node instanceof ObjectNode source)) {
                continue;
            }
            JsonNode labels = source.get("labels");
            if (labels == null || labels.isNull()) {
                source.putObject("labels");
            } else if (labels.isTextual()) {
                JsonNode weights = dataset.path("tasks_weighting");
                if (weights.size() != 1) {
                    throw new IllegalArgumentException(
                            "key needs one task: key='dataset.sources.labels', dataset.tasks_weighting=%s, expected"
                                            .formatted(weights)
                                    + " {TASK: FOLDER, …}");
                }
                source.putObject("labels").set(weights.fieldNames().next(), labels);
            }
            listOf(source, "train");
            listOf(source, "val");
            if (!source.hasNonNull("label_values")) {
                source.putObject("label_values");
            }
        }
    }

    private static void listOf(ObjectNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            node.putArray(key);
        } else if (value.isTextual()) {
            node.putArray(key).add(value);
        }
    }

    /** {@code loss.weight} and {@code loss.positive_weight} belong to the only task. */
    private static void moveToTask(ObjectNode loss, String key, ObjectNode weights) {
        JsonNode value = loss.remove(key);
        if (value == null) {
            return;
        }
        if (weights.size() != 1) {
            throw new IllegalArgumentException(
                    "key needs one task: key='loss.%s', dataset.tasks_weighting=%s, expected %s"
                            .formatted(
                                    key,
                                    weights,
                                    key.equals("weight")
                                            ? "dataset.tasks_weighting.TASK instead"
                                            : "loss.TASK.parameters.positive_weight instead"));
        }
        String task = weights.fieldNames().next();
        if (key.equals("weight")) {
            weights.set(task, value);
        } else {
            String name = named(loss, task);
            ObjectNode settings = loss.get(name) instanceof ObjectNode old ? old : loss.putObject(name);
            ObjectNode parameters =
                    settings.get("parameters") instanceof ObjectNode old ? old : settings.putObject("parameters");
            parameters.set(key, value);
        }
    }

    /** The name that a map has a task under, the reference's or ours; the given one where it has none. */
    private static String named(ObjectNode byTask, String task) {
        Optional<ReferenceTask> wanted = ReferenceTask.find(task);
        for (Map.Entry<String, JsonNode> entry : byTask.properties()) {
            if (wanted.isPresent() && ReferenceTask.find(entry.getKey()).equals(wanted)) {
                return entry.getKey();
            }
        }
        return task;
    }

    /**
     * Makes losses with nothing below them, as commenting out leaves them, those of their tasks, and takes out those of tasks that
     * aren't known.
     *
     * @return the keys of the latter
     */
    static List<String> keepKnownLosses(ObjectNode losses) {
        List<String> unknown = new ArrayList<>();
        for (String task : names(losses)) {
            if (ReferenceTask.find(task).isEmpty()) {
                losses.remove(task);
                unknown.add("loss." + task);
            } else if (losses.get(task) instanceof ObjectNode loss) {
                if (isEmpty(loss.path("parameters"))) {
                    loss.putNull("parameters");
                }
            } else if (isEmpty(losses.get(task))) {
                losses.putObject(task);
            }
        }
        return unknown;
    }

    private static List<String> names(ObjectNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** A key with nothing behind it is an empty text to the parser. */
    private static boolean isEmpty(JsonNode value) {
        return value.isNull() || value.isTextual() && value.textValue().isEmpty();
    }

    private static void expandModel(ObjectNode model) {
        if (!(model.get("parameters") instanceof ObjectNode parameters)) {
            return;
        }
        JsonNode decoder = parameters.get("decoder");
        if (decoder != null && decoder.isBoolean()) {
            if (!decoder.booleanValue()) {
                throw new IllegalArgumentException(
                        "bad value: key='model.parameters.decoder', value=false, expected true or kind, width,"
                                + " low_level_width and rates: a pack has a decoder");
            }
            int stride = parameters.path("output_stride").asInt(16);
            parameters.set("decoder", head(Decoder.reference(stride), parameters));
        }
        expandStart(model, parameters);
    }

    private static ObjectNode head(Decoder decoder, ObjectNode parent) {
        ObjectNode head = parent.objectNode();
        head.put("kind", decoder.kind().id());
        head.put("width", decoder.width());
        head.put("low_level_width", decoder.lowLevelWidth());
        ArrayNode rates = head.putArray("rates");
        decoder.rates().forEach(rates::add);
        return head;
    }

    private static void expandStart(ObjectNode model, ObjectNode parameters) {
        if (model.hasNonNull("start")) {
            return;
        }
        if (model.hasNonNull("from")) {
            model.set("start", new TextNode("pack"));
            return;
        }
        JsonNode pretrained = parameters.get("pretrained_architecture");
        if (pretrained == null) {
            model.set("start", new TextNode("bank"));
            return;
        }
        if (pretrained.asText().equals("None")) {
            parameters.putNull("pretrained_architecture");
        }
        String start = switch (pretrained.asText()) {
            case "RC", "RA_series", "RA_parallel" -> parameters.hasNonNull("model_dir") ? "checkpoint" : "bank";
            case "null", "None" -> "nothing";
            default -> "bank";
        };
        model.set("start", new TextNode(start));
    }

    private static void expandSize(ObjectNode augmentations, String name) {
        if (augmentations.get(name) instanceof ObjectNode transform) {
            JsonNode size = transform.get("size");
            if (size != null && size.isInt()) {
                transform.putArray("size").add(size).add(size);
            }
        } else if (augmentations.get(name) instanceof IntNode size) {
            augmentations.putObject(name).putArray("size").add(size).add(size);
        }
    }

    private static void expandParameter(ObjectNode augmentations, String name, String parameter, JsonNode usual) {
        JsonNode transform = augmentations.get(name);
        if (transform == null) {
            return;
        }
        if (transform.isTextual() && isEmpty(transform) || transform.isObject() && transform.isEmpty()) {
            augmentations.putObject(name).set(parameter, usual);
        } else if (transform.isNumber()) {
            augmentations.putObject(name).set(parameter, transform);
        }
    }
}
