package dev.facet.server.management;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import dev.facet.server.configuration.FacetConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Detached Ed25519 signatures over a pack's bytes, Base64 in the header {@code Facet-Signature}. They are wanted of every upload
 * where the server has trusted keys; where it has none, a signature can't be checked and is refused.
 */
@ApplicationScoped
class Signatures {
    private static final String ALGORITHM = "Ed25519";
    private static final int SIGNATURE_BYTES = 64;
    private static final int CHUNK = 64 << 10;

    private final List<PublicKey> trusted;

    Signatures(FacetConfiguration configuration) {
        this.trusted = new ArrayList<>();
        configuration.management().trustedKeys().orElse(List.of()).forEach(text -> trusted.add(publicKey(text)));
    }

    private static PublicKey publicKey(String text) {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text);
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "facet.management.trusted-keys: not an Ed25519 public key in X.509 form, Base64: " + e.getMessage(),
                    e);
        }
    }

    /** @throws PackException {@code BAD_SIGNATURE} */
    void check(Path file, Optional<String> header) throws IOException {
        if (trusted.isEmpty()) {
            if (header.isPresent()) {
                throw bad("signature can't be checked: the server has no facet.management.trusted-keys");
            }
            return;
        }
        byte[] signature = bytes(header.orElseThrow(() -> bad("signature is missing: expected Facet-Signature")));
        for (PublicKey key : trusted) {
            if (verifies(key, file, signature)) {
                return;
            }
        }
        throw bad("signature is not that of a trusted key: keys=%d".formatted(trusted.size()));
    }

    private static byte[] bytes(String header) {
        try {
            byte[] signature = Base64.getDecoder().decode(header.trim());
            if (signature.length == SIGNATURE_BYTES) {
                return signature;
            }
        } catch (IllegalArgumentException e) {
            throw bad("signature: expected Base64 of %d bytes".formatted(SIGNATURE_BYTES));
        }
        throw bad("signature: expected Base64 of %d bytes".formatted(SIGNATURE_BYTES));
    }

    private static boolean verifies(PublicKey key, Path file, byte[] signature) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                verifier.update(chunk, 0, count);
            }
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PackException bad(String detail) {
        return new PackException(PackFault.BAD_SIGNATURE, detail);
    }
}
