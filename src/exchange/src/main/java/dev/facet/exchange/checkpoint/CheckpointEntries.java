package dev.facet.exchange.checkpoint;

import java.util.List;
import java.util.Set;

/**
 * What a checkpoint holds.
 *
 * @param tensors its tensors, in the file's order, also those that can't be read
 * @param others keys of the outermost dictionary that hold no tensors: counters, settings, versions
 */
record CheckpointEntries(List<CheckpointEntry> tensors, Set<String> others) {
    CheckpointEntries {
        tensors = List.copyOf(tensors);
        others = Set.copyOf(others);
    }
}
