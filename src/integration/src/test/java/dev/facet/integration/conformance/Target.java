package dev.facet.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.integration.ServerUnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The server that is tested: Facet's own, packaged, with its models; or another one.
 *
 * <pre>
 * mvn test -pl src/integration -am -Dtest='*ConformanceTest' -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dfacet.conformance.url=http://localhost:8000 -Dfacet.conformance.grpc=localhost:8001 -Dfacet.conformance.model=NAME
 * </pre>
 *
 * The model has numbers for inputs. Free extents become 1 for the first and {@code facet.conformance.extent} (32) for the others. {@code
 * facet.conformance.authorization} is the header of calls that manage models; {@code facet.conformance.raw-model} and {@code
 * facet.conformance.raw-body}, a file, are for the raw binary request. Without one of these, what needs it is skipped.
 */
final class Target implements AutoCloseable {
    private static final String PROPERTY = "facet.conformance.";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> DATATYPES = Set.of(
            "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64",
            "BYTES", "BF16");

    private static Target shared;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Optional<ServerUnderTest> own;
    private final Path data;
    private final String url;
    private final Set<String> extensions;
    private final JsonNode metadata;

    private Target() throws IOException, InterruptedException {
        data = Files.createTempDirectory("facet-conformance");
        String elsewhere = System.getProperty(PROPERTY + "url", "");
        own = elsewhere.isEmpty() ? Optional.of(ServerUnderTest.start(data)) : Optional.empty();
        url = own.map(ServerUnderTest::address).orElse(elsewhere);
        JsonNode named = get("/v2").document().path("extensions");
        List<String> names = new ArrayList<>();
        named.forEach(name -> names.add(name.asText()));
        extensions = Set.copyOf(names);
        metadata = get("/v2/models/" + model()).document();
    }

    /** One for all tests of a run. */
    static synchronized Target get() throws IOException, InterruptedException {
        if (shared == null) {
            shared = new Target();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
        }
        return shared;
    }

    /** Host and port of gRPC. */
    String grpc() {
        return setting("grpc")
                .or(() -> own.map(server -> url.replace("http://", "")))
                .orElseGet(() -> {
                    assumeTrue(false, PROPERTY + "grpc isn't set");
                    return "";
                });
    }

    String model() {
        return setting("model").orElse("edges");
    }

    /** The header of calls that manage models. */
    String authorization() throws IOException {
        if (own.isPresent()) {
            return own.get().authorization();
        }
        Optional<String> authorization = setting("authorization");
        assumeTrue(authorization.isPresent(), PROPERTY + "authorization isn't set");
        return authorization.get();
    }

    /** A model for the raw binary request, and a body for it. */
    Map.Entry<String, byte[]> raw() throws IOException {
        if (own.isPresent()) {
            return Map.entry(
                    "edges.image", Files.readAllBytes(ServerUnderTest.ROOT.resolve("docs/images/chelsea.jpg")));
        }
        assumeTrue(setting("raw-model").isPresent() && setting("raw-body").isPresent(), PROPERTY + "raw-… aren't set");
        return Map.entry(
                setting("raw-model").get(),
                Files.readAllBytes(Path.of(setting("raw-body").get())));
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(PROPERTY + name)).filter(value -> !value.isEmpty());
    }

    /** Skips what needs an extension that the server doesn't name. */
    void assumeExtension(String name) {
        assumeTrue(extensions.contains(name), "the server doesn't name the extension " + name);
    }

    /** The metadata of {@link #model()}. */
    JsonNode metadata() {
        return metadata;
    }

    /** A shape that the model's free extents allow. */
    static long[] shape(JsonNode tensor) {
        long[] shape = new long[tensor.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            long extent = tensor.path("shape").get(i).asLong();
            shape[i] = extent >= 0 ? extent : i == 0 ? 1 : Long.getLong(PROPERTY + "extent", 32);
        }
        return shape;
    }

    static void checkDatatype(String datatype) {
        assertThat(datatype).isIn(DATATYPES);
    }

    /** An answer of HTTP. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The JSON document, without tensors as bytes behind it; missing where there is none. */
        JsonNode document() throws IOException {
            String length = header("Inference-Header-Content-Length");
            int bytes = length.isEmpty() ? response.body().length : Integer.parseInt(length);
            return bytes == 0 ? JSON.missingNode() : JSON.readTree(response.body(), 0, bytes);
        }

        /** Checks that it is an error as the specification wants it. */
        void isError() throws IOException {
            assertThat(status()).isBetween(400, 599);
            assertThat(document().path("error").isTextual())
                    .as(document().toString())
                    .isTrue();
            assertThat(document().path("error").asText()).isNotBlank();
        }

        Answer isOk() throws IOException {
            assertThat(status())
                    .as(() -> new String(response.body(), StandardCharsets.UTF_8))
                    .isEqualTo(200);
            return this;
        }
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofMinutes(2));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    }

    @Override
    public void close() {
        own.ifPresent(server -> {
            try {
                server.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
