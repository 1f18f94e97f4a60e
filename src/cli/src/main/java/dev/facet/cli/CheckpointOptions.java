package dev.facet.cli;

import dev.facet.exchange.checkpoint.CheckpointChoice;
import dev.facet.exchange.checkpoint.CheckpointContent;
import dev.facet.exchange.checkpoint.CheckpointReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that say which network of a checkpoint is meant. */
final class CheckpointOptions {
    @Option(
            names = "--key",
            description =
                    "Dictionary of the checkpoint that the weights lie in, nested ones joined with dots: state_dict_ema, model.state_dict (default: the usual one).")
    private String key;

    @Option(
            names = "--prefix",
            description =
                    "What the names of the network's tensors begin with, such as module.encoder_q (default: told from the names where one network fits).")
    private String prefix;

    CheckpointContent read(Path checkpoint) throws IOException {
        return CheckpointReader.read(
                checkpoint, new CheckpointChoice(Optional.ofNullable(key), Optional.ofNullable(prefix)));
    }

    /** Tells on stderr what was taken and what was left. */
    static void report(CheckpointContent content, Set<String> used) {
        content.report(used).forEach(line -> System.err.println("facet: " + line));
    }
}
