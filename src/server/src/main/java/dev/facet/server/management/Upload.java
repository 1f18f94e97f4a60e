package dev.facet.server.management;

import dev.facet.core.digest.Sha256;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A body in a temporary file of the store, never whole in memory. Closing deletes the file, if the registry hasn't taken it.
 *
 * @param file where it lies
 * @param digest SHA-256, lower-case hex
 */
record Upload(Path file, String digest) implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    /**
     * Takes over a body that was received in a file.
     *
     * @param announced SHA-256 that the client announced
     * @throws PackException {@code CONTENT_DIGEST_MISMATCH}
     */
    static Upload of(Path file, Optional<String> announced) throws IOException {
        try {
            String digest = digest(file);
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

    private static String digest(Path file) throws IOException {
        MessageDigest digest = Sha256.begin();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
        return Sha256.hex(digest);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
