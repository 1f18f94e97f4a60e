package dev.facet.exchange.checkpoint;

import java.util.Optional;

/**
 * Which of the networks that a checkpoint may hold is meant.
 *
 * @param key key of a dictionary, nested ones joined with dots ({@code model.state_dict}); empty for any
 * @param prefix what the names of the network's tensors begin with ({@code module.encoder_q.}), with or without the last dot;
 *     empty for any
 */
public record CheckpointChoice(Optional<String> key, Optional<String> prefix) {
    /** The only network, or the one under the key that is usual. */
    public static final CheckpointChoice ANY = new CheckpointChoice(Optional.empty(), Optional.empty());

    public CheckpointChoice {
        key = key.map(CheckpointChoice::withDot);
        prefix = prefix.map(CheckpointChoice::withDot);
    }

    private static String withDot(String text) {
        return text.isEmpty() || text.endsWith(".") ? text : text + ".";
    }
}
