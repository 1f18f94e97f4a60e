package dev.facet.exchange.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority, and certificates that it signs, made by the JDK's keytool. */
final class TestCertificates {
    private static final String PASSWORD = "password of the test";

    private final Path folder;
    private int servers;

    TestCertificates(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        keytool("authority", "-genkeypair", "-alias", "authority", "-keyalg", "EC", "-dname", "CN=a", "-ext", "bc:c");
        keytool("authority", "-exportcert", "-alias", "authority", "-file", file("authority.crt"));
        keytool("trust", "-importcert", "-noprompt", "-alias", "authority", "-file", file("authority.crt"));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", file(store + ".p12")));
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + Files.readString(folder.resolve("keytool.log")));
        }
    }

    /** A server's key with a certificate that the authority signs. */
    SSLContext signed(String host, String... validity) throws Exception {
        String server = "server-" + servers++;
        keytool(server, "-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=" + host);
        keytool(server, "-certreq", "-alias", "server", "-file", file("request"));
        List<String> sign = new ArrayList<>(List.of("-gencert", "-alias", "authority"));
        sign.addAll(List.of("-infile", file("request"), "-outfile", file("signed"), "-ext", "san=dns:" + host));
        sign.addAll(List.of(validity));
        keytool("authority", sign.toArray(String[]::new));
        keytool(server, "-importcert", "-noprompt", "-alias", "authority", "-file", file("authority.crt"));
        keytool(server, "-importcert", "-noprompt", "-alias", "server", "-file", file("signed"));
        return context(store(server), null);
    }

    /** What trusts the authority and no other. */
    SSLContext trusting() throws GeneralSecurityException, IOException {
        return context(null, store("trust"));
    }

    private KeyStore store(String name) throws GeneralSecurityException, IOException {
        return KeyStore.getInstance(folder.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
    }

    private static SSLContext context(KeyStore keys, KeyStore trust) throws GeneralSecurityException {
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        others.init(trust);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), others.getTrustManagers(), null);
        return context;
    }
}
