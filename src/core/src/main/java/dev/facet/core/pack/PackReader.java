package dev.facet.core.pack;

import dev.facet.core.bank.FilterBank;
import dev.facet.core.safetensors.SafetensorsException;
import dev.facet.core.safetensors.SafetensorsFile;
import dev.facet.core.safetensors.SafetensorsReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Reads packs, strictly: format, digest, manifest, every tensor's presence, type, shape and finiteness, and that the pack was
 * made for the bank. The self-test is the engine's. Thread-safe.
 */
public final class PackReader {
    /** Largest pack accepted unless said otherwise: 256 MiB (a {@code none} pack of ResNet-34 has 105 MB). */
    public static final long MAX_BYTES = 256L << 20;

    private PackReader() {}

    /**
     * Reads a pack for a bank.
     *
     * @throws PackException with all that is wrong with it
     * @throws IOException if the file can't be read
     */
    public static ModulatorPack read(Path path, FilterBank bank) throws IOException {
        return read(path, bank, MAX_BYTES);
    }

    /** As {@link #read(Path, FilterBank)}, with the largest file accepted. */
    public static ModulatorPack read(Path path, FilterBank bank, long maxBytes) throws IOException {
        return forBank(readUnbound(path, maxBytes), bank);
    }

    /** Reads a pack for a bank from bytes that the caller hands over. */
    public static ModulatorPack read(byte[] bytes, FilterBank bank) {
        return forBank(readUnbound(bytes), bank);
    }

    private static ModulatorPack forBank(ModulatorPack pack, FilterBank bank) {
        PackChecks.checkBank(pack.manifest(), bank);
        return pack;
    }

    /**
     * Reads a pack's manifest and nothing else: the header is checked, digest and values are not. For listing a pack; whoever
     * runs it reads it whole.
     *
     * @throws PackException with what is wrong with the header or the manifest
     * @throws IOException if the file can't be read
     */
    public static PackManifest readManifest(Path path) throws IOException {
        try {
            return ManifestJson.read(manifestText(SafetensorsReader.readMetadata(path, MAX_BYTES)));
        } catch (SafetensorsException e) {
            throw new PackException(PackFault.BAD_FILE, e.getMessage());
        }
    }

    /** @throws PackException if a pack with that manifest was made for another bank */
    public static void checkBank(PackManifest manifest, FilterBank bank) {
        PackChecks.checkBank(manifest, bank);
    }

    private static String manifestText(Map<String, String> metadata) {
        String json = metadata.get(PackFormat.MANIFEST_KEY);
        if (json == null) {
            throw new PackException(
                    PackFault.BAD_MANIFEST, "not a pack: no '%s' in the metadata".formatted(PackFormat.MANIFEST_KEY));
        }
        if (metadata.size() != 2) {
            // The digest covers these two only: others could be changed unseen.
            throw new PackException(
                    PackFault.BAD_FILE,
                    "unexpected metadata: keys=%s, expected %s and %s"
                            .formatted(metadata.keySet(), PackFormat.MANIFEST_KEY, PackFormat.DIGEST_KEY));
        }
        return json;
    }

    /** Reads a pack without asking for its bank: everything else is checked. For showing it, not for running it. */
    public static ModulatorPack readUnbound(Path path) throws IOException {
        return readUnbound(path, MAX_BYTES);
    }

    private static ModulatorPack readUnbound(Path path, long maxBytes) throws IOException {
        long size = Files.size(path);
        long limit = Math.min(maxBytes, Integer.MAX_VALUE - 16);
        if (size > limit) {
            throw new PackException(
                    PackFault.TOO_LARGE, "pack too large: bytes=%d, expected at most %d".formatted(size, limit));
        }
        try (InputStream in = Files.newInputStream(path)) {
            return readUnbound(in.readNBytes((int) size));
        }
    }

    /** As {@link #readUnbound(Path)}, from bytes that the caller hands over. */
    public static ModulatorPack readUnbound(byte[] bytes) {
        SafetensorsFile file;
        try {
            file = SafetensorsReader.read(bytes);
        } catch (SafetensorsException e) {
            throw new PackException(PackFault.BAD_FILE, e.getMessage());
        }
        String json = manifestText(file.metadata());
        String announced = file.metadata().get(PackFormat.DIGEST_KEY);
        String actual = PackFormat.digest(json, file.tensors());
        if (!actual.equals(announced)) {
            throw new PackException(
                    PackFault.DIGEST_MISMATCH,
                    "content is not what the digest in the file says: digest=%s, expected=%s"
                            .formatted(actual, announced));
        }
        PackManifest manifest = ManifestJson.read(json);
        ModulatorPack pack = new ModulatorPack(manifest, file.tensors(), PackFormat.sha256(ByteBuffer.wrap(bytes)));
        PackChecks.check(pack);
        return pack;
    }
}
