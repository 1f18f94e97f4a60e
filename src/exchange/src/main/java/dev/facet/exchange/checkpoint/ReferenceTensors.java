package dev.facet.exchange.checkpoint;

import dev.facet.core.network.TensorLayout;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Looks up a task's tensors in a reference checkpoint, and remembers which were used. Single-threaded. */
final class ReferenceTensors {
    private final Map<String, Tensor> tensors;
    private final String task;
    private final Set<String> used = new HashSet<>();

    ReferenceTensors(Map<String, Tensor> tensors, String task) {
        this.tensors = tensors;
        this.task = task;
    }

    /** The first of these patterns that the checkpoint has, with the task's name or without. */
    Optional<Tensor> find(List<String> patterns) {
        for (String pattern : patterns) {
            for (String name : List.of(ReferenceNames.of(pattern, task), ReferenceNames.common(pattern))) {
                Tensor tensor = tensors.get(name);
                if (tensor != null) {
                    used.add(name);
                    return Optional.of(tensor);
                }
            }
        }
        return Optional.empty();
    }

    /** The first of these patterns, finite and of that shape, as it is stored in banks and packs. */
    Tensor get(List<String> patterns, Shape shape) {
        String name = ReferenceNames.of(patterns.get(0), task);
        Tensor tensor = find(patterns)
                .orElseThrow(() -> new CheckpointException("missing tensor: name='%s', shape=%s [task=%s, tensors=%d]"
                        .formatted(name, shape, task, tensors.size())));
        return checked(name, tensor, shape);
    }

    /** Puts the four tensors of a norm under {@code ours}. */
    void putNorm(Map<String, Tensor> target, String ours, List<String> prefixes, int channels) {
        for (String part : TensorLayout.NORM_PARTS) {
            List<String> patterns =
                    prefixes.stream().map(prefix -> prefix + part).toList();
            target.put(ours + "." + part, get(patterns, new Shape(channels)));
        }
    }

    /** W_t of a convolution if it has one: plain, or gain and rows of a weight normalization, merged. */
    Optional<Tensor> modulator(String convolution) {
        String prefix = ReferenceNames.modulator(convolution);
        Optional<Tensor> plain = find(List.of(prefix + "weight"));
        if (plain.isPresent()) {
            return plain.map(tensor -> checked(prefix, tensor, tensor.shape()));
        }
        Optional<Tensor> gain = find(List.of(prefix + "weight_g", prefix + "parametrizations.weight.original0"));
        Optional<Tensor> rows = find(List.of(prefix + "weight_v", prefix + "parametrizations.weight.original1"));
        if (gain.isEmpty() && rows.isEmpty()) {
            return Optional.empty();
        }
        if (gain.isEmpty() || rows.isEmpty()) {
            throw new CheckpointException(
                    "half a weight normalization: expected '%sweight_g' and '%sweight_v'".formatted(prefix, prefix));
        }
        Shape shape = rows.get().shape();
        if (shape.rank() != 4) {
            throw new CheckpointException(
                    "wrong shape: tensor='%sweight_v', shape=%s, expected 4 extents".formatted(prefix, shape));
        }
        Shape gains = new Shape(shape.extent(0), 1, 1, 1);
        return Optional.of(merged(
                checked(prefix + "weight_g", gain.get(), gains), checked(prefix + "weight_v", rows.get(), shape)));
    }

    /** g·v/‖v‖, row by row (rcm: normalized feature fusion is weight normalization of the modulator). */
    private static Tensor merged(Tensor gain, Tensor rows) {
        float[] g = gain.toFloatArray();
        float[] v = rows.toFloatArray();
        int columns = v.length / g.length;
        for (int row = 0; row < g.length; row++) {
            double sum = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                sum += (double) v[i] * v[i];
            }
            if (sum == 0) {
                throw new CheckpointException(
                        "row %d of a normalized modulator is zero: its direction is undefined".formatted(row));
            }
            double factor = g[row] / Math.sqrt(sum);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                v[i] = (float) (v[i] * factor);
            }
        }
        return Tensor.of(rows.shape(), v);
    }

    private static Tensor checked(String name, Tensor tensor, Shape shape) {
        if (!tensor.shape().equals(shape)) {
            throw new CheckpointException(
                    "wrong shape: tensor='%s', shape=%s, expected=%s".formatted(name, tensor.shape(), shape));
        }
        if (!tensor.type().isFloating() || !tensor.isFinite()) {
            throw new CheckpointException("tensor is not of finite floating point numbers: tensor='%s', type=%s"
                    .formatted(name, tensor.type()));
        }
        return tensor.type() == ElementType.F16 ? tensor : tensor.toFloat32();
    }

    /**
     * Refuses what is left over: a network with parts that we don't know would be imported wrong. Counters of norms, a
     * classifier and the tensors of other tasks may be there.
     */
    void refuseUnused(Set<String> otherTasks) {
        Set<String> unknown = new TreeSet<>();
        for (String name : tensors.keySet()) {
            boolean expected = used.contains(name)
                    || name.endsWith(ReferenceNames.COUNTER)
                    || name.startsWith("fc.")
                    || Arrays.stream(name.split("\\.")).anyMatch(otherTasks::contains);
            if (!expected) {
                unknown.add(name);
            }
        }
        if (!unknown.isEmpty()) {
            throw new CheckpointException("tensors that the network has no place for: names=%s%s [task=%s]"
                    .formatted(
                            unknown.stream().limit(5).toList(),
                            unknown.size() > 5 ? " and %d more".formatted(unknown.size() - 5) : "",
                            task));
        }
    }
}
