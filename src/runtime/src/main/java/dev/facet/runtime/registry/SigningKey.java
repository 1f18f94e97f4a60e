package dev.facet.runtime.registry;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An Ed25519 key that packs are signed with; its other half is one of a server's {@link TrustedKeys}. Immutable and thread-safe. */
public final class SigningKey {
    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+?)\\s*-----END \\1-----");
    private static final int LINE = 64;

    private final PrivateKey key;

    private SigningKey(PrivateKey key) {
        this.key = key;
    }

    /**
     * A new key, as it is kept.
     *
     * @param pem the private key, PKCS #8
     * @param trustedKey the public key, Base64 of its X.509 form, as {@link TrustedKeys#of} reads it
     */
    public record Generated(String pem, String trustedKey) {}

    /** Makes a key. */
    public static Generated generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'})
                    .encodeToString(pair.getPrivate().getEncoded());
            return new Generated(
                    "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n",
                    Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519 (bug)", e);
        }
    }

    /**
     * Reads a key.
     *
     * @param pem PKCS #8 in PEM, as {@code facet keygen --signing} and {@code openssl genpkey -algorithm ed25519} write it
     * @throws IllegalArgumentException for anything else; says nothing of what it holds
     */
    public static SigningKey ofPem(String pem) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    "no PEM: expected an Ed25519 private key, '-----BEGIN PRIVATE KEY-----' …");
        }
        String label = matcher.group(1);
        if (!label.equals("PRIVATE KEY")) {
            throw new IllegalArgumentException(
                    "PEM holds something else: label='%s', expected 'PRIVATE KEY', an Ed25519 one without a passphrase"
                            .formatted(label));
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(2));
            return new SigningKey(KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not an Ed25519 private key: expected one that facet keygen --signing made", e);
        }
    }

    /** Signs the bytes of a pack's file. */
    public DetachedSignature sign(byte[] file) {
        try {
            Signature signer = Signature.getInstance(ALGORITHM);
            signer.initSign(key);
            signer.update(file);
            return DetachedSignature.ofBase64(Base64.getEncoder().encodeToString(signer.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519 (bug)", e);
        }
    }
}
