package dev.facet.core.pack;

import dev.facet.core.file.AtomicFile;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes packs, whole or not at all. The same pack gives the same bytes. */
public final class PackWriter {
    private PackWriter() {}

    /**
     * Writes a pack: the tensors of its layout in the order of execution, then the self-test, then what is optional.
     *
     * @return SHA-256 of the file in lower-case hex
     * @throws PackException if the pack couldn't be read again
     * @throws IOException if the file can't be written
     */
    public static String write(Path path, ModulatorPack pack) throws IOException {
        byte[] bytes = toBytes(pack);
        AtomicFile.write(path, bytes);
        return PackFormat.sha256(ByteBuffer.wrap(bytes));
    }

    /** The same bytes in memory. */
    public static byte[] toBytes(ModulatorPack pack) {
        PackChecks.check(pack);
        Map<String, Tensor> tensors = ordered(pack);
        return SafetensorsWriter.toBytes(metadata(pack.manifest(), tensors), tensors);
    }

    private static Map<String, String> metadata(PackManifest manifest, Map<String, Tensor> tensors) {
        String json = ManifestJson.write(manifest);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(PackFormat.MANIFEST_KEY, json);
        metadata.put(PackFormat.DIGEST_KEY, PackFormat.digest(json, tensors));
        return metadata;
    }

    private static Map<String, Tensor> ordered(ModulatorPack pack) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        pack.manifest().layout().keySet().forEach(name -> tensors.put(name, pack.tensor(name)));
        tensors.put(ModulatorPack.SELF_TEST_IMAGE, pack.tensor(ModulatorPack.SELF_TEST_IMAGE));
        tensors.put(ModulatorPack.SELF_TEST_OUTPUT, pack.tensor(ModulatorPack.SELF_TEST_OUTPUT));
        pack.tensors().forEach(tensors::putIfAbsent);
        return tensors;
    }
}
