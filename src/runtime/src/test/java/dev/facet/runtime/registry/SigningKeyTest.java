package dev.facet.runtime.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.core.pack.PackException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SigningKeyTest {
    private static final byte[] FILE = "a pack's bytes".getBytes(StandardCharsets.UTF_8);

    /** By {@code openssl genpkey -algorithm ed25519}, its public half by {@code openssl pkey -pubout}. */
    private static final String OPENSSL = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIDeGyahF0npxphm/Ac6H40K3MNFz+5f+u3fPhRTcXdTz
            -----END PRIVATE KEY-----
            """;

    private static final String OPENSSL_PUBLIC = "MCowBQYDK2VwAyEA26FzD9woDbOh+ozCmBrtwYAN8wvcgxevOdCRGBnECLw=";
    /** By {@code printf %s "a pack's bytes" > f; openssl pkeyutl -sign -rawin -inkey key.pem -in f | base64 -w0}. */
    private static final String OPENSSL_SIGNATURE =
            "LR/QXAZpf/Sys4ZQxS5Oh2W9tNkQbp1QRY4VROsIJairRt41/Cx2Gr++msiJclNxATJHfdUTZiOg0UNGFbQ7Dg==";

    @Test
    void whatItSignsItsPublicKeyTrusts() {
        SigningKey.Generated made = SigningKey.generate();
        DetachedSignature signature = SigningKey.ofPem(made.pem()).sign(FILE);
        TrustedKeys.of(List.of(made.trustedKey())).checkStored(FILE, Optional.of(signature));
        TrustedKeys others = TrustedKeys.of(List.of(SigningKey.generate().trustedKey()));
        assertThatThrownBy(() -> others.checkStored(FILE, Optional.of(signature)))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("not that of a trusted key");
    }

    @Test
    void signsAsOpensslDoes() {
        DetachedSignature signature = SigningKey.ofPem(OPENSSL).sign(FILE);
        assertThat(signature).hasToString(OPENSSL_SIGNATURE);
        TrustedKeys.of(List.of(OPENSSL_PUBLIC)).checkStored(FILE, Optional.of(signature));
    }

    @Test
    void refusesWhatIsNoSuchKeyAndRepeatsNothingOfIt() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        String rsa = Base64.getEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        assertThatThrownBy(() -> SigningKey.ofPem(pem("PRIVATE KEY", rsa)))
                .hasMessageContaining("not an Ed25519 private key");
        assertThatThrownBy(() -> SigningKey.ofPem(pem("PUBLIC KEY", OPENSSL_PUBLIC)))
                .hasMessageContaining("label='PUBLIC KEY'")
                .hasMessageContaining("expected 'PRIVATE KEY'");
        assertThatThrownBy(() -> SigningKey.ofPem(pem("ENCRYPTED PRIVATE KEY", rsa)))
                .hasMessageContaining("without a passphrase");
        assertThatThrownBy(() -> SigningKey.ofPem("facet_a-key-of-the-api"))
                .hasMessageContaining("no PEM")
                .hasMessageNotContaining("facet_");
        assertThatThrownBy(() -> SigningKey.ofPem(pem("PRIVATE KEY", "AAAA"))).hasMessageContaining("not an Ed25519");
    }

    private static String pem(String label, String body) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, body);
    }
}
