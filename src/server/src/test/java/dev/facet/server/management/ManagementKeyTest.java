package dev.facet.server.management;

import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server with a management key and a trusted key for signatures. */
@QuarkusTest
@TestProfile(ManagementKeyTest.Closed.class)
class ManagementKeyTest {
    private static final String KEY = "a key of some length";
    private static final byte[] PACK =
            PackWriter.toBytes(SyntheticModels.pack("edges", "2", SyntheticModels.EDGES, 51));

    public static final class Closed implements QuarkusTestProfile {
        /** One pair for the server and for the test: Quarkus reads the profile in another class loader. */
        static final KeyPair TRUSTED = pair();

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(SignedModels.class));
        }

        @Override
        public Map<String, String> getConfigOverrides() {
            String key = Base64.getEncoder().encodeToString(TRUSTED.getPublic().getEncoded());
            System.setProperty(
                    "signing-key-of-tests",
                    Base64.getEncoder().encodeToString(TRUSTED.getPrivate().getEncoded()));
            return Map.of("facet.management.key", KEY, "facet.management.trusted-keys", key);
        }
    }

    /** Models that are signed with the trusted key. */
    public static final class SignedModels implements QuarkusTestResourceLifecycleManager {
        private final ModelsResource models = new ModelsResource();

        @Override
        public Map<String, String> start() {
            Map<String, String> settings = models.start();
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(Path.of(settings.get("facet.models.dir")), "*.safetensors")) {
                for (Path file : files) {
                    Path target = Path.of(file.toString().replace(".safetensors", ".sig"));
                    Files.writeString(target, signature(signingKey(), Files.readAllBytes(file)));
                }
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            return settings;
        }

        @Override
        public void stop() {
            models.stop();
        }
    }

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PrivateKey signingKey() throws GeneralSecurityException {
        byte[] encoded = Base64.getDecoder().decode(System.getProperty("signing-key-of-tests"));
        return java.security.KeyFactory.getInstance("Ed25519")
                .generatePrivate(new java.security.spec.PKCS8EncodedKeySpec(encoded));
    }

    private static String signature(PrivateKey key, byte[] bytes) throws GeneralSecurityException {
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(key);
        signer.update(bytes);
        return Base64.getEncoder().encodeToString(signer.sign());
    }

    @Test
    void wantsTheKeyOfEverybodyWhoManages() {
        put("edges/versions/2", PACK, "Authorization", "").status(401).code("UNAUTHORIZED");
        put("edges/versions/2", PACK, "Authorization", "Bearer another key")
                .status(401)
                .code("UNAUTHORIZED");
        put("edges/versions/2", PACK, "Authorization", "Basic " + KEY).status(401);
        given().delete("/v1/packs/edges/versions/1").then().statusCode(401);
        given().post("/v1/packs/edges/activate?version=1").then().statusCode(401);
        given().put("/v1/defaults/edges?pack=edges").then().statusCode(401);
        given().get("/v1/packs/edges/versions/1").then().statusCode(401);
        given().get("/v1/packs").then().statusCode(200).body("packs.find { it.name == 'edges' }.version", equalTo("1"));
    }

    @Test
    void takesOnlyPacksThatATrustedKeySigned() throws GeneralSecurityException {
        String[] key = {"Authorization", "Bearer " + KEY};
        put("edges/versions/2", PACK, key).status(422).code("BAD_SIGNATURE");
        put("edges/versions/2", PACK, key[0], key[1], "Facet-Signature", signature(pair().getPrivate(), PACK))
                .status(422)
                .code("BAD_SIGNATURE");
        byte[] other = PACK.clone();
        other[other.length - 1] ^= 1;
        put("edges/versions/2", PACK, key[0], key[1], "Facet-Signature", signature(signingKey(), other))
                .status(422)
                .code("BAD_SIGNATURE");
        put("edges/versions/2", PACK, key[0], key[1], "Facet-Signature", signature(signingKey(), PACK))
                .status(201);
        String stored = given().header(key[0], key[1])
                .get("/v1/packs/edges/versions/2/signature")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        assertThat(stored).isEqualTo(signature(signingKey(), PACK) + "\n");
        given().get("/v1/packs/edges/versions/2/signature").then().statusCode(401);
        given().get("/v1/packs").then().body("failures.size()", equalTo(0));
        given().header(key[0], key[1])
                .delete("/v1/packs/edges/versions/2")
                .then()
                .statusCode(204);
    }
}
