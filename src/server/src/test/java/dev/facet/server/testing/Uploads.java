package dev.facet.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** Uploads to the test server. Not by REST Assured: it renders every body for its log, which takes seconds for a pack. */
public final class Uploads {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Uploads() {}

    /** The answer to an upload; checks are chained. */
    public record Answer(HttpResponse<String> response) {
        /** Checks the status. */
        public Answer status(int expected) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
            return this;
        }

        /** Checks that it is a problem document with that code. */
        public Answer code(String expected) {
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json().getString("code")).isEqualTo(expected);
            return this;
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public JsonPath json() {
            return JsonPath.from(response.body());
        }

        /** The digest of the pack that is there now. */
        public String digest() {
            return json().getString("digest");
        }
    }

    /** The header's value for the key that the server has made, or was given. */
    public static String authorization() {
        Config config = ConfigProvider.getConfig();
        Path file = Path.of(config.getValue("facet.data.dir", String.class), "management.key");
        try {
            return "Bearer "
                    + config.getOptionalValue("facet.management.key", String.class)
                            .orElse(
                                    Files.isRegularFile(file)
                                            ? Files.readString(file).strip()
                                            : "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A call with the key. */
    public static RequestSpecification managed() {
        return RestAssured.given().header("Authorization", authorization());
    }

    /**
     * Puts a pack, with the key unless the headers have another.
     *
     * @param address for example {@code edges/versions/2}
     * @param headers name, value, name, value …
     */
    public static Answer put(String address, byte[] pack, String... headers) {
        URI uri = URI.create("http://localhost:%d/v1/packs/%s".formatted(RestAssured.port, address));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Authorization", authorization())
                .PUT(HttpRequest.BodyPublishers.ofByteArray(pack));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            return new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gets bytes. */
    public static byte[] get(String path) {
        URI uri = URI.create("http://localhost:%d%s".formatted(RestAssured.port, path));
        try {
            HttpResponse<byte[]> response = CLIENT.send(
                    HttpRequest.newBuilder(uri)
                            .header("Authorization", authorization())
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
