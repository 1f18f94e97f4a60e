package dev.facet.core.pack;

import dev.facet.core.digest.Sha256;
import dev.facet.core.safetensors.ContentDigest;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Map;

/**
 * The pack format, version 1: a safetensors file whose metadata has two keys, {@code facet.pack} (the manifest's JSON) and
 * {@code facet.digest} (its {@link ContentDigest}). docs/format.md says the same at length.
 */
final class PackFormat {
    static final String MANIFEST_KEY = "facet.pack";
    static final String DIGEST_KEY = ContentDigest.METADATA_KEY;

    private PackFormat() {}

    /** The digest of a pack's content. */
    static String digest(String manifestJson, Map<String, Tensor> tensors) {
        return ContentDigest.of(manifestJson, tensors);
    }

    /** SHA-256 in lower-case hex. */
    static String sha256(ByteBuffer bytes) {
        MessageDigest digest = Sha256.begin();
        digest.update(bytes);
        return Sha256.hex(digest);
    }
}
