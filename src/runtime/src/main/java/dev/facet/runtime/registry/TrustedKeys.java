package dev.facet.runtime.registry;

import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackFault;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The Ed25519 keys by one of which every pack must be signed; where there are none, packs needn't be signed, and a signature
 * can't be checked and is refused. Immutable and thread-safe.
 */
public final class TrustedKeys {
    /** No keys: packs needn't be signed. */
    public static final TrustedKeys NONE = new TrustedKeys(List.of());

    private static final String ALGORITHM = "Ed25519";

    private final List<PublicKey> keys;

    private TrustedKeys(List<PublicKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads keys.
     *
     * @param encoded the Base64 of each key's X.509 form (what a PEM file has between its marks)
     * @throws IllegalArgumentException for anything else
     */
    public static TrustedKeys of(List<String> encoded) {
        return new TrustedKeys(encoded.stream().map(TrustedKeys::publicKey).toList());
    }

    private static PublicKey publicKey(String text) {
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(text);
            return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not an Ed25519 public key in X.509 form, Base64: " + e.getMessage(), e);
        }
    }

    /** Whether there are none. */
    boolean isEmpty() {
        return keys.isEmpty();
    }

    /**
     * Checks the signature that an upload comes with.
     *
     * @param file the pack's bytes
     * @throws PackException {@code BAD_SIGNATURE}
     */
    void checkUpload(byte[] file, Optional<DetachedSignature> signature) {
        if (keys.isEmpty() && signature.isPresent()) {
            throw bad("signature can't be checked: the server has no facet.management.trusted-keys");
        }
        check(file, signature, "Facet-Signature");
    }

    /**
     * Checks the signature that a file lies beside; without keys it isn't asked for.
     *
     * @throws PackException {@code BAD_SIGNATURE}
     */
    public void checkStored(byte[] file, Optional<DetachedSignature> signature) {
        check(file, signature, "a .sig file beside the pack's");
    }

    private void check(byte[] file, Optional<DetachedSignature> signature, String place) {
        if (keys.isEmpty()) {
            return;
        }
        byte[] bytes = signature
                .orElseThrow(() -> bad("signature is missing: expected " + place))
                .toBytes();
        if (keys.stream().noneMatch(key -> verifies(key, file, bytes))) {
            throw bad("signature is not that of a trusted key: keys=%d".formatted(keys.size()));
        }
    }

    private static boolean verifies(PublicKey key, byte[] file, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(key);
            verifier.update(file);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static PackException bad(String detail) {
        return new PackException(PackFault.BAD_SIGNATURE, detail);
    }
}
