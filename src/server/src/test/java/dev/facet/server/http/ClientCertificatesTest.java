package dev.facet.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.server.testing.Certificate;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** A server that asks for client certificates, and trusts one alone: its own. */
@QuarkusTest
@TestProfile(ClientCertificatesTest.Asking.class)
@QuarkusTestResource(ModelsResource.class)
@QuarkusTestResource(value = Certificate.class, restrictToAnnotatedClass = true)
class ClientCertificatesTest {
    public static final class Asking implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "facet.access.client-certificates", "true",
                    "quarkus.http.ssl.certificate.trust-store-file", "${quarkus.http.ssl.certificate.key-store-file}",
                    "quarkus.http.ssl.certificate.trust-store-password",
                            "${quarkus.http.ssl.certificate.key-store-password}");
        }
    }

    @TestHTTPResource(value = "/v2/health/ready", tls = true)
    URL secure;

    @Test
    void onlyClientsWithATrustedCertificateGetThrough() throws Exception {
        KeyStore store = store();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(secure.toString())).build();
        assertThat(client(store, true).send(request, BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThatThrownBy(() -> client(store, false).send(request, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    private static KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(setting("quarkus.http.ssl.certificate.key-store-file")))) {
            store.load(in, password());
        }
        return store;
    }

    private static char[] password() {
        return setting("quarkus.http.ssl.certificate.key-store-password").toCharArray();
    }

    private static String setting(String key) {
        return ConfigProvider.getConfig().getValue(key, String.class);
    }

    private static HttpClient client(KeyStore store, boolean withCertificate) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withCertificate ? keys.getKeyManagers() : null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }
}
