package dev.facet.runtime.registry;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** An Ed25519 signature over the bytes of a pack's file: 64 bytes, in a file of their own beside it. Immutable. */
public final class DetachedSignature {
    private static final int BYTES = 64;

    private final byte[] bytes;

    private DetachedSignature(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the Base64 of a header.
     *
     * @throws PackException {@code BAD_SIGNATURE} for anything but the Base64 of 64 bytes
     */
    public static DetachedSignature ofBase64(String text) {
        try {
            return of(Base64.getDecoder().decode(text.trim()), "Base64 of 64 bytes");
        } catch (IllegalArgumentException e) {
            throw new PackException(PackFault.BAD_SIGNATURE, "signature: expected Base64 of 64 bytes");
        }
    }

    /**
     * Reads a file.
     *
     * @return empty where there is none
     * @throws PackException {@code BAD_SIGNATURE} for a file of another length
     */
    public static Optional<DetachedSignature> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(of(in.readNBytes(BYTES + 1), "64 bytes in " + file.getFileName()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static DetachedSignature of(byte[] bytes, String expected) {
        if (bytes.length != BYTES) {
            throw new PackException(PackFault.BAD_SIGNATURE, "signature: expected " + expected);
        }
        return new DetachedSignature(bytes);
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

    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
