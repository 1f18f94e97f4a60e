package dev.facet.core.pack;

import dev.facet.core.image.InputPolicy;
import dev.facet.core.json.StrictJson;
import dev.facet.core.network.Architecture;
import dev.facet.core.network.Decoder;
import dev.facet.core.network.Modulation;
import dev.facet.core.network.Stage;
import dev.facet.core.task.TaskKind;
import dev.facet.core.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The pack format, version 1: a safetensors file whose metadata has two keys, {@code facet.pack} (the manifest's JSON) and
 * {@code facet.digest}.
 *
 * <p>{@code facet.digest} is the SHA-256, in lower-case hex, over: the manifest's UTF-8 bytes, 0x00; then for every tensor in
 * file order its name in UTF-8, 0x00, its type's name in ASCII ({@code F32}, …), 0x00, the number of dimensions (int32 LE)
 * and the extents (int64 LE); then the data section. docs/format.md says the same at length.
 */
final class PackFormat {
    static final String MANIFEST_KEY = "facet.pack";
    static final String DIGEST_KEY = "facet.digest";
    static final int VERSION = 1;

    private PackFormat() {}

    private record Document(
            int format,
            String name,
            String version,
            String description,
            TaskKind task,
            Optional<String> bank,
            Architecture architecture,
            int outputStride,
            Modulation modulation,
            Stage modulatedFrom,
            Map<String, Integer> ranks,
            Decoder decoder,
            InputPolicy input,
            Map<String, Double> plans,
            Provenance provenance,
            List<Score> scores,
            String licence,
            double selfTestTolerance) {}

    static String toJson(PackManifest manifest) {
        Map<String, Double> plans = new TreeMap<>();
        manifest.plans().forEach((plan, change) -> plans.put(plan.id(), change));
        return StrictJson.write(new Document(
                VERSION,
                manifest.name(),
                manifest.version(),
                manifest.description(),
                manifest.task(),
                manifest.bank(),
                manifest.architecture(),
                manifest.outputStride(),
                manifest.modulation(),
                manifest.modulatedFrom(),
                manifest.ranks(),
                manifest.decoder(),
                manifest.input(),
                plans,
                manifest.provenance(),
                manifest.scores(),
                manifest.licence(),
                manifest.selfTestTolerance()));
    }

    static PackManifest fromJson(String json) {
        try {
            Document document = StrictJson.read(json, Document.class);
            if (document.format() != VERSION) {
                throw new IllegalArgumentException(
                        "unknown pack format: format=%d, expected=%d".formatted(document.format(), VERSION));
            }
            Map<Plan, Double> plans = new EnumMap<>(Plan.class);
            document.plans().forEach((plan, change) -> plans.put(Plan.of(plan), change));
            return new PackManifest(
                    document.name(),
                    document.version(),
                    document.description(),
                    document.task(),
                    document.bank(),
                    document.architecture(),
                    document.outputStride(),
                    document.modulation(),
                    document.modulatedFrom(),
                    document.ranks(),
                    document.decoder(),
                    document.input(),
                    plans,
                    document.provenance(),
                    document.scores(),
                    document.licence(),
                    document.selfTestTolerance());
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new PackException(PackFault.BAD_MANIFEST, "bad manifest: " + e.getMessage());
        }
    }

    /** The digest of a pack's content. */
    static String digest(String manifestJson, Map<String, Tensor> tensors) {
        MessageDigest digest = sha256();
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
        return HexFormat.of().formatHex(digest.digest());
    }

    /** SHA-256 in lower-case hex. */
    static String sha256(ByteBuffer bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256 (bug)", e);
        }
    }
}
