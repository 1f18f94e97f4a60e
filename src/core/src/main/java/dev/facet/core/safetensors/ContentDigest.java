package dev.facet.core.safetensors;

import dev.facet.core.digest.Sha256;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/**
 * The digest that our files carry of their own content, SHA-256 in lower-case hex over: a manifest's UTF-8 bytes, 0x00; then for
 * every tensor in file order its name in UTF-8, 0x00, its type's name in ASCII ({@code F32}, …), 0x00, the number of dimensions
 * (int32 LE) and the extents (int64 LE); then the data section.
 */
public final class ContentDigest {
    /** Where it lies in the metadata. */
    public static final String METADATA_KEY = "facet.digest";

    private ContentDigest() {}

    /** The digest of a manifest and of tensors in file order. */
    public static String of(String manifestJson, Map<String, Tensor> tensors) {
        MessageDigest digest = Sha256.begin();
        digest.update(manifestJson.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        tensors.forEach((name, tensor) -> {
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            digest.update(tensor.type().name().getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) 0);
            long[] extents = tensor.shape().extents();
            ByteBuffer shape = ByteBuffer.allocate(Integer.BYTES + extents.length * Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(extents.length);
            for (long extent : extents) {
                shape.putLong(extent);
            }
            digest.update(shape.flip());
        });
        tensors.values().forEach(tensor -> digest.update(tensor.data()));
        return Sha256.hex(digest);
    }
}
