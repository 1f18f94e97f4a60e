package dev.facet.server.management;

import dev.facet.core.digest.Sha256;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.runtime.registry.PackStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A body on its way into a temporary file of the store, never whole in memory. Closing deletes the file, if the registry hasn't
 * taken it.
 *
 * @param file where it lies
 * @param digest SHA-256, lower-case hex
 */
record Upload(Path file, String digest) implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    /**
     * Receives a body.
     *
     * @param announced SHA-256 that the client announced
     * @throws PackException {@code TOO_LARGE}, or {@code CONTENT_DIGEST_MISMATCH}
     * @throws IOException if the client goes away, or the disk is full
     */
    static Upload receive(InputStream body, PackStore store, long maxBytes, Optional<String> announced)
            throws IOException {
        Path file = store.newUpload();
        try {
            String digest = copy(body, file, maxBytes);
            if (announced.isPresent() && !announced.get().equals(digest)) {
                throw new PackException(
                        PackFault.CONTENT_DIGEST_MISMATCH,
                        "body isn't what Content-Digest announces: digest=%s, announced=%s"
                                .formatted(digest, announced.get()));
            }
            return new Upload(file, digest);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    private static String copy(InputStream body, Path file, long maxBytes) throws IOException {
        MessageDigest digest = Sha256.begin();
        long length = 0;
        byte[] chunk = new byte[CHUNK];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                length += count;
                if (length > maxBytes) {
                    throw new PackException(
                            PackFault.TOO_LARGE, "pack too large: expected at most %d bytes".formatted(maxBytes));
                }
                digest.update(chunk, 0, count);
                out.write(chunk, 0, count);
            }
        }
        return Sha256.hex(digest);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
