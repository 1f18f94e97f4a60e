package dev.facet.runtime.registry;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An Ed25519 signature over the bytes of a pack's file: 64 bytes, in a file of their own beside it, as Base64. Immutable.
 */
public final class DetachedSignature {
    private static final int BYTES = 64;
    private static final int MAX_TEXT_BYTES = 256;

    private final byte[] bytes;

    private DetachedSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads Base64, with or without a line's end.
     *
     * @throws PackException {@code BAD_SIGNATURE} for anything but the Base64 of 64 bytes
     */
    public static DetachedSignature ofBase64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.trim());
            if (bytes.length == BYTES) {
                return new DetachedSignature(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
        throw malformed();
    }

    private static PackException malformed() {
        return new PackException(PackFault.BAD_SIGNATURE, "signature: expected Base64 of %d bytes".formatted(BYTES));
    }

    /**
     * Reads a file.
     *
     * @return empty where there is none
     * @throws PackException {@code BAD_SIGNATURE} for one that holds anything else
     */
    public static Optional<DetachedSignature> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(ofBase64(new String(in.readNBytes(MAX_TEXT_BYTES), StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A copy of the 64 bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DetachedSignature signature && Arrays.equals(bytes, signature.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Base64, as {@link #ofBase64} reads it. */
    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
