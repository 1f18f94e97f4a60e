package dev.facet.runtime.registry;

import dev.facet.core.pack.Plan;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A pair of keys that is the same in every process: its randomness is a counter. */
final class TestKeys {
    static final TestKeys ONE = new TestKeys(1);
    static final TestKeys TWO = new TestKeys(2);

    private final KeyPair pair;

    private TestKeys(int seed) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(255, new Counter(seed));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519 (bug)", e);
        }
    }

    private static final class Counter extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final int seed;

        Counter(int seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (31 * seed + i);
            }
        }
    }

    TrustedKeys trusted() {
        return TrustedKeys.of(
                List.of(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
    }

    DetachedSignature sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return DetachedSignature.ofBase64(Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519 (bug)", e);
        }
    }

    PlugOptions signed(byte[] bytes) {
        return new PlugOptions(Activation.IF_NEW, Plan.FACTORED, false, Optional.empty(), Optional.of(sign(bytes)));
    }
}
