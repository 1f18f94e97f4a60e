package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.ElementType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The globals that a checkpoint may name: how torch writes tensors, and plain values that programs keep beside them. */
final class PickleGlobals {
    private static final Map<String, ElementType> STORAGES = Map.ofEntries(
            Map.entry("torch.DoubleStorage", ElementType.F64),
            Map.entry("torch.FloatStorage", ElementType.F32),
            Map.entry("torch.HalfStorage", ElementType.F16),
            Map.entry("torch.BFloat16Storage", ElementType.BF16),
            Map.entry("torch.LongStorage", ElementType.I64),
            Map.entry("torch.IntStorage", ElementType.I32),
            Map.entry("torch.ShortStorage", ElementType.I16),
            Map.entry("torch.CharStorage", ElementType.I8),
            Map.entry("torch.ByteStorage", ElementType.U8),
            Map.entry("torch.BoolStorage", ElementType.BOOL));

    private static final Set<String> OTHERS = Set.of(
            "collections.OrderedDict",
            "collections.defaultdict",
            "torch._utils._rebuild_tensor_v2",
            "torch._utils._rebuild_tensor",
            "torch._utils._rebuild_parameter",
            "torch._tensor._rebuild_from_type_v2",
            "torch.Size",
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "torch.device",
            "torch.float64",
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.int64",
            "torch.serialization._get_layout",
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "numpy.dtype",
            "_codecs.encode",
            "builtins.set",
            "__builtin__.set",
            "builtins.dict",
            "builtins.list",
            "builtins.int",
            "argparse.Namespace");

    private PickleGlobals() {}

    static boolean isKnown(String name) {
        return STORAGES.containsKey(name) || OTHERS.contains(name);
    }

    static Optional<ElementType> storage(String name) {
        return Optional.ofNullable(STORAGES.get(name));
    }
}
