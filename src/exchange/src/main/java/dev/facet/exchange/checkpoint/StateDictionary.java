package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Finds the dictionary of tensors in what a pickle gave, and builds them from their storages. */
final class StateDictionary {
    private static final List<String> KEYS = List.of("state_dict", "model", "model_state_dict", "net");
    private static final int MAX_RANK = 8;
    private static final int MAX_WRAPPERS = 4;

    /**
     * A storage that the pickle refers to.
     *
     * @param key name of its bytes
     * @param elements number of elements announced
     */
    record Storage(String key, ElementType type, long elements) {
        /** From torch's persistent id: ('storage', type, key, location, elements[, view]). */
        static Storage of(Object id) {
            if (id instanceof List<?> tuple
                    && tuple.size() >= 5
                    && "storage".equals(tuple.get(0))
                    && tuple.get(1) instanceof Pickle.Global type
                    && (tuple.get(2) instanceof String || tuple.get(2) instanceof Long)
                    && tuple.get(4) instanceof Long elements
                    && (tuple.size() == 5 || tuple.get(5) == null)) {
                return new Storage(
                        tuple.get(2).toString(),
                        PickleGlobals.storage(type.name())
                                .orElseThrow(() ->
                                        new CheckpointException("unknown storage type: '%s'".formatted(type.name()))),
                        elements);
            }
            throw new CheckpointException("unknown persistent id in the pickle: expected a whole torch storage");
        }
    }

    private StateDictionary() {}

    /**
     * @param root what the pickle gave
     * @param bytes little-endian bytes of a storage by its key
     */
    static Map<String, Tensor> tensors(Object root, Function<Storage, ByteBuffer> bytes) {
        Map<?, ?> dictionary = dictionary(root);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        long total = 0;
        for (Map.Entry<?, ?> entry : dictionary.entrySet()) {
            Pickle.Call call = tensorCall(entry.getValue());
            if (call != null && entry.getKey() instanceof String name) {
                Tensor tensor = build(name, call, bytes);
                // Many tensors may be views of one storage: each is a copy here.
                total += tensor.sizeBytes();
                if (total > CheckpointReader.MAX_BYTES) {
                    throw new CheckpointException(
                            "tensors too large: expected at most %d bytes".formatted(CheckpointReader.MAX_BYTES));
                }
                tensors.put(name, tensor);
            }
        }
        if (tensors.isEmpty()) {
            throw new CheckpointException("no tensors: expected a state dictionary, or one under %s".formatted(KEYS));
        }
        return tensors;
    }

    private static Map<?, ?> dictionary(Object root) {
        if (!(root instanceof Map<?, ?> map)) {
            throw new CheckpointException("checkpoint is not a dictionary");
        }
        for (String key : KEYS) {
            if (map.get(key) instanceof Map<?, ?> inner) {
                return inner;
            }
        }
        return map;
    }

    /** The call that builds a tensor, out of the parameters around it; null for anything else. */
    private static Pickle.Call tensorCall(Object value) {
        Object inner = value;
        for (int depth = 0; depth < MAX_WRAPPERS && inner instanceof Pickle.Call call; depth++) {
            switch (call.function().name()) {
                case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> {
                    return call;
                }
                case "torch._utils._rebuild_parameter", "torch.nn.parameter.Parameter" ->
                    inner = call.arguments().isEmpty() ? null : call.arguments().get(0);
                default -> {
                    return null;
                }
            }
        }
        return null;
    }

    private static Tensor build(String name, Pickle.Call call, Function<Storage, ByteBuffer> bytes) {
        List<Object> arguments = call.arguments();
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Storage storage)
                || !(arguments.get(1) instanceof Long offset)) {
            throw new CheckpointException("tensor '%s' is not built from a storage".formatted(name));
        }
        long[] size = longs(name, arguments.get(2));
        long[] stride = longs(name, arguments.get(3));
        if (size.length != stride.length || size.length > MAX_RANK) {
            throw new CheckpointException(
                    "tensor '%s': %d extents, %d strides".formatted(name, size.length, stride.length));
        }
        Shape shape = new Shape(size);
        ByteBuffer source = bytes.apply(storage).order(ByteOrder.LITTLE_ENDIAN);
        int width = storage.type().sizeBytes();
        long available = source.remaining() / width;
        long last = offset;
        long elements;
        if (offset < 0) {
            throw new CheckpointException("tensor '%s' has a negative offset: value=%d".formatted(name, offset));
        }
        try {
            elements = shape.elements();
            for (int i = 0; i < size.length; i++) {
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, size[i] - 1), stride[i]));
            }
        } catch (ArithmeticException e) {
            throw new CheckpointException("tensor '%s' is too large: shape=%s".formatted(name, shape), e);
        }
        // A tensor of strides 0 may name more elements than its storage holds: bounded like everything else.
        if (elements > CheckpointReader.MAX_BYTES / width || (elements > 0 && last >= available)) {
            throw new CheckpointException("tensor '%s' reaches beyond its storage: shape=%s, storage=%d elements"
                    .formatted(name, shape, available));
        }
        return Tensor.wrap(storage.type(), shape, gather(source, width, offset, size, stride, (int) elements));
    }

    private static ByteBuffer gather(
            ByteBuffer source, int width, long offset, long[] size, long[] stride, int elements) {
        ByteBuffer target = ByteBuffer.allocate(Math.multiplyExact(elements, width));
        if (elements == 0) {
            return target;
        }
        if (isContiguous(size, stride)) {
            target.put(source.slice((int) (offset * width), elements * width));
            return target.flip();
        }
        long[] index = new long[size.length];
        for (int i = 0; i < elements; i++) {
            long position = offset;
            for (int d = 0; d < index.length; d++) {
                position += index[d] * stride[d];
            }
            target.put(source.slice((int) (position * width), width));
            for (int d = index.length - 1; d >= 0 && ++index[d] == size[d]; d--) {
                index[d] = 0;
            }
        }
        return target.flip();
    }

    private static boolean isContiguous(long[] size, long[] stride) {
        long expected = 1;
        for (int d = size.length - 1; d >= 0; d--) {
            if (size[d] != 1 && stride[d] != expected) {
                return false;
            }
            expected *= size[d];
        }
        return true;
    }

    private static long[] longs(String name, Object value) {
        Object list =
                value instanceof Pickle.Call call && call.function().name().equals("torch.Size")
                        ? call.arguments().get(0)
                        : value;
        if (list instanceof List<?> numbers
                && numbers.stream().allMatch(number -> number instanceof Long l && l >= 0)) {
            return numbers.stream().mapToLong(number -> (Long) number).toArray();
        }
        throw new CheckpointException("tensor '%s': extents are not whole numbers".formatted(name));
    }
}
