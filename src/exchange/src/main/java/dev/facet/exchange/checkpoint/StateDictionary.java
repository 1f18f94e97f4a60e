package dev.facet.exchange.checkpoint;

import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.tensor.ElementType;
import dev.facet.core.tensor.Shape;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Finds every tensor in what a pickle gave, however deep, and builds those that are wanted from their storages. */
final class StateDictionary {
    private static final int MAX_RANK = 8;
    private static final int MAX_WRAPPERS = 4;

    /**
     * A storage that the pickle refers to.
     *
     * @param key name of its bytes
     * @param typeName torch's name of its type
     * @param elements number of elements announced
     * @param whole whether it isn't a view of another
     */
    record Storage(String key, String typeName, long elements, boolean whole) {
        /** From torch's persistent id, ('storage', type, key, location, elements[, view]); null for any other. */
        static Storage of(Object id) {
            if (id instanceof List<?> tuple
                    && tuple.size() >= 5
                    && "storage".equals(tuple.get(0))
                    && tuple.get(1) instanceof Pickle.Global type
                    && (tuple.get(2) instanceof String || tuple.get(2) instanceof Long)
                    && tuple.get(4) instanceof Long elements) {
                boolean whole = tuple.size() == 5 || tuple.get(5) == null;
                return new Storage(tuple.get(2).toString(), type.name(), elements, whole);
            }
            return null;
        }

        /** The type of its elements; empty where we don't read it. */
        Optional<ElementType> type() {
            return whole ? PickleGlobals.storage(typeName) : Optional.empty();
        }
    }

    private StateDictionary() {}

    /**
     * @param root what the pickle gave
     * @param bytes little-endian bytes of a storage by its key
     */
    static CheckpointEntries entries(Object root, Function<Storage, ByteBuffer> bytes) {
        List<CheckpointEntry> tensors = new ArrayList<>();
        CheckpointWalk walk = new CheckpointWalk((path, value) -> {
            Optional<PickleObject> call = tensorCall(value);
            if (call.isEmpty()) {
                return false;
            }
            if (tensors.size() == SafetensorsReader.MAX_TENSORS) {
                throw new CheckpointException(
                        "too many tensors: expected at most %d".formatted(SafetensorsReader.MAX_TENSORS));
            }
            String fault = fault(call.get());
            tensors.add(
                    fault == null
                            ? CheckpointEntry.of(path, name -> build(name, call.get(), bytes))
                            : CheckpointEntry.unreadable(path, fault));
            return true;
        });
        Set<String> others = walk.walk(root);
        return new CheckpointEntries(tensors, others);
    }

    /** The call that builds a tensor, out of the parameters around it; empty for anything else. */
    private static Optional<PickleObject> tensorCall(Object value) {
        Object inner = value;
        for (int depth = 0; depth < MAX_WRAPPERS && inner instanceof PickleObject call; depth++) {
            switch (call.name()) {
                case "torch._utils._rebuild_parameter",
                        "torch._utils._rebuild_parameter_with_state",
                        "torch.nn.parameter.Parameter",
                        "torch.nn.parameter.Buffer",
                        "torch.Tensor" -> inner = call.argument(0);
                // What builds it, its type, its arguments, its attributes.
                case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type" -> {
                    if (!(call.argument(2) instanceof List<?> arguments)) {
                        return Optional.of(call);
                    }
                    inner = new PickleObject(call.argument(0), Collections.unmodifiableList(arguments));
                }
                default -> {
                    return isTensor(call) ? Optional.of(call) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isTensor(PickleObject call) {
        String name = call.name();
        return name.startsWith("torch.") && name.contains("._rebuild_")
                || name.startsWith("numpy.") && name.endsWith("._reconstruct")
                || call.argument(0) instanceof Storage;
    }

    /** Why a tensor can't be read, or null. */
    private static String fault(PickleObject call) {
        switch (call.name()) {
            case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> {
                if (!(call.argument(0) instanceof Storage storage)) {
                    return "it isn't built from a storage";
                }
                return storage.type().isPresent() ? null : "its storage is '%s'".formatted(storage.typeName());
            }
            default -> {
                return "it is built by '%s'".formatted(call.name());
            }
        }
    }

    private static Tensor build(String name, PickleObject call, Function<Storage, ByteBuffer> bytes) {
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
        ElementType type = storage.type().orElseThrow();
        int width = type.sizeBytes();
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
        return Tensor.wrap(type, shape, gather(source, width, offset, size, stride, (int) elements));
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
        Object list = value instanceof PickleObject call && call.name().equals("torch.Size") ? call.argument(0) : value;
        if (list instanceof List<?> numbers
                && numbers.stream().allMatch(number -> number instanceof Long l && l >= 0)) {
            return numbers.stream().mapToLong(number -> (Long) number).toArray();
        }
        throw new CheckpointException("tensor '%s': extents are not whole numbers".formatted(name));
    }
}
