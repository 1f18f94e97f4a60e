package dev.facet.core.pack;

import dev.facet.core.RandomTensors;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import dev.facet.core.safetensors.SafetensorsWriter;
import dev.facet.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A small pack's bytes, and versions of them that lie with a right digest. */
final class PackFixture {
    static final byte[] BYTES = PackWriter.toBytes(RandomTensors.smallPack());

    private PackFixture() {}

    /** The pack with other tensors, or another manifest text, under a digest that is right for them. */
    static byte[] forged(UnaryOperator<String> manifest, Consumer<Map<String, Tensor>> change) {
        SafetensorsFile file = SafetensorsReader.read(BYTES);
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        change.accept(tensors);
        String json = manifest.apply(file.metadata().get(PackFormat.MANIFEST_KEY));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(PackFormat.MANIFEST_KEY, json);
        metadata.put(PackFormat.DIGEST_KEY, PackFormat.digest(json, tensors));
        return SafetensorsWriter.toBytes(metadata, tensors);
    }

    static byte[] withTensors(Consumer<Map<String, Tensor>> change) {
        return forged(json -> json, change);
    }

    static byte[] withManifest(String old, String replacement) {
        return forged(
                json -> {
                    if (!json.contains(old)) {
                        throw new IllegalArgumentException("manifest has no '%s': %s".formatted(old, json));
                    }
                    return json.replace(old, replacement);
                },
                tensors -> {});
    }
}
