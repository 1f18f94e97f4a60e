package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was taken of a checkpoint, and what was left.
 *
 * @param tensors tensors of one network, under their names without the prefix
 * @param prefix what their names began with, keys of dictionaries included; may be empty
 * @param left full names of the tensors that were left
 * @param unreadable tensors that can't be read, by their full names: why; none that the network's encoder needs
 * @param others keys of the outermost dictionary that hold no tensors
 */
public record CheckpointContent(
        Map<String, Tensor> tensors,
        String prefix,
        List<String> left,
        Map<String, String> unreadable,
        Set<String> others) {
    private static final String COUNTER = ReferenceNames.COUNTER;
    private static final int MAX_NAMED = 12;

    public CheckpointContent {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        left = List.copyOf(left);
        unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
        others = Collections.unmodifiableSet(new TreeSet<>(others));
    }

    /**
     * Says for people what was taken and what was left, a sentence a line.
     *
     * @param used names of {@link #tensors} that were used
     */
    public List<String> report(Set<String> used) {
        Map<String, Integer> groups = new LinkedHashMap<>();
        int counters = 0;
        for (String name : tensors.keySet()) {
            if (used.contains(name)) {
                continue;
            }
            if (name.endsWith(COUNTER)) {
                counters++;
            } else {
                groups.merge(group(prefix + name), 1, Integer::sum);
            }
        }
        left.forEach(name -> groups.merge(group(name), 1, Integer::sum));
        List<String> lines = new ArrayList<>();
        lines.add("took %d tensors%s"
                .formatted(used.size(), prefix.isEmpty() ? "" : ", whose names begin with '%s'".formatted(prefix)));
        List<String> named = new ArrayList<>();
        groups.forEach((name, count) -> named.add("%s (%d)".formatted(name, count)));
        if (counters > 0) {
            named.add("counters of norms (%d)".formatted(counters));
        }
        if (!named.isEmpty()) {
            lines.add("left tensors: " + shortened(named));
        }
        unreadable.forEach((name, why) -> lines.add("left, not understood: '%s': %s".formatted(name, why)));
        if (!others.isEmpty()) {
            lines.add("left, no tensors: " + shortened(List.copyOf(others)));
        }
        return lines;
    }

    /** The beginning of a name, as far as it is the prefix's and one step further. */
    private String group(String name) {
        int end = 0;
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            end = dot;
            if (!prefix.startsWith(name.substring(0, dot + 1))) {
                return name.substring(0, dot);
            }
        }
        return end == 0 || prefix.startsWith(name.substring(0, end + 1)) ? name : name.substring(0, end);
    }

    private static String shortened(List<String> names) {
        return names.size() <= MAX_NAMED
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MAX_NAMED)) + " and %d more".formatted(names.size() - MAX_NAMED);
    }
}
