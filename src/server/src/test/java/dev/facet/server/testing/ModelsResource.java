package dev.facet.server.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/** Gives a test server synthetic models and an empty data directory, and removes both afterwards. */
public final class ModelsResource implements QuarkusTestResourceLifecycleManager {
    /** Property with the private key that models are signed with, PKCS #8 in Base64; unsigned where it isn't set. */
    public static final String SIGNING_KEY = "signing-key-of-tests";

    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("facet-test");
            SyntheticModels.write(folder.resolve("models"));
            if (System.getProperty(SIGNING_KEY) != null) {
                sign(folder.resolve("models"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "facet.models.dir",
                folder.resolve("models").toString(),
                "facet.data.dir",
                folder.resolve("data").toString(),
                "facet.engine.device",
                "cpu",
                "facet.engine.threads",
                "1");
    }

    private static void sign(Path models) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(models, "*.safetensors")) {
            byte[] encoded = Base64.getDecoder().decode(System.getProperty(SIGNING_KEY));
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            for (Path file : files) {
                Signature signer = Signature.getInstance("Ed25519");
                signer.initSign(key);
                signer.update(Files.readAllBytes(file));
                Path target = Path.of(file.toString().replace(".safetensors", ".sig"));
                Files.writeString(target, Base64.getEncoder().encodeToString(signer.sign()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void stop() {
        System.clearProperty(SIGNING_KEY);
        if (folder == null) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
