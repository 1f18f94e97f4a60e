package dev.facet.trainer.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells the reference's files from others. They say nearly everything, from the length of the training to the loaders; one that has
 * all of these keys is one of theirs. A single key is no sign: a file of one's own may well name a {@code conv_layer}.
 */
final class ReferenceShape {
    /** Each with a value in all of the reference's files. */
    private static final List<String> VALUES = List.of(
            "training_strategy.max_iter",
            "model.architecture",
            "model.parameters.conv_layer",
            "logger.val_log_iter",
            "loss",
            "optimizer.parameters.lr",
            "scheduler.lr_policy",
            "dataset.dataset_name",
            "dataset.tasks_weighting",
            "train_dataloader.dataset_args.augmentations",
            "train_dataloader.dataloader_args.batch_size",
            "val_dataloader.dataset_args.image_set");

    /** There in all of them; {@code null} is random values. */
    private static final String PRETRAINED = "model.parameters.pretrained_architecture";

    private static final List<String> SIGNS = List.of("model.parameters.conv_layer", PRETRAINED);

    private ReferenceShape() {}

    /** The keys that a file lacks to be one of the reference's; none where it is one. */
    static List<String> missing(JsonNode file) {
        Stream<String> lacking = VALUES.stream().filter(key -> {
            JsonNode value = at(file, key);
            return value.isMissingNode() || value.isNull();
        });
        Stream<String> pretrained = at(file, PRETRAINED).isMissingNode() ? Stream.of(PRETRAINED) : Stream.empty();
        return Stream.concat(lacking, pretrained).toList();
    }

    /** Whether a file has a key that the reference's network is described by. */
    static boolean isHinted(JsonNode file) {
        return SIGNS.stream().anyMatch(key -> !at(file, key).isMissingNode());
    }

    private static JsonNode at(JsonNode tree, String key) {
        return tree.at("/" + key.replace('.', '/'));
    }
}
