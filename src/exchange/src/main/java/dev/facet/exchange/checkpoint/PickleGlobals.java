package dev.facet.exchange.checkpoint;

import dev.facet.core.tensor.ElementType;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The globals that mean something in a checkpoint: how torch writes tensors, dictionaries, and what only an attack names. */
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

    /** Storages whose values we don't read, by the size of an element: the older format puts them between the others. */
    private static final Map<String, Integer> OTHER_STORAGES = Map.of(
            "torch.ComplexFloatStorage", 8,
            "torch.ComplexDoubleStorage", 16,
            "torch.QInt8Storage", 1,
            "torch.QUInt8Storage", 1,
            "torch.QInt32Storage", 4,
            "torch.QUInt4x2Storage", 1,
            "torch.QUInt2x4Storage", 1,
            "torch.storage.UntypedStorage", 1);

    private static final Set<String> DICTIONARIES =
            Set.of("collections.OrderedDict", "collections.defaultdict", "collections.Counter", "builtins.dict");

    /** No checkpoint of weights needs these modules: whoever names them wants to act when the file is loaded. */
    private static final Set<String> HOSTILE_MODULES = Set.of(
            "os",
            "posix",
            "nt",
            "subprocess",
            "pty",
            "socket",
            "shutil",
            "runpy",
            "ctypes",
            "webbrowser",
            "code",
            "commands",
            "importlib",
            "pip",
            "timeit",
            "bdb",
            "pdb",
            "marshal");

    private static final Set<String> HOSTILE_BUILTINS =
            Set.of("eval", "exec", "execfile", "compile", "open", "file", "__import__", "breakpoint", "input");

    private PickleGlobals() {}

    static boolean isHostile(String module, String name) {
        int dot = module.indexOf('.');
        return HOSTILE_MODULES.contains(dot < 0 ? module : module.substring(0, dot))
                || (module.equals("builtins") || module.equals("__builtin__")) && HOSTILE_BUILTINS.contains(name);
    }

    static boolean isDictionary(String name) {
        return DICTIONARIES.contains(name);
    }

    static Optional<ElementType> storage(String name) {
        return Optional.ofNullable(STORAGES.get(name));
    }

    /** Bytes of an element of a storage; 0 where we don't know. */
    static int elementBytes(String name) {
        ElementType type = STORAGES.get(name);
        return type != null ? type.sizeBytes() : OTHER_STORAGES.getOrDefault(name, 0);
    }
}
