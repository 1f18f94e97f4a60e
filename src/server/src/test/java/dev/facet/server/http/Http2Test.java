package dev.facet.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Certificate;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The same requests over HTTP/2, begun in each of the three ways. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@QuarkusTestResource(value = Certificate.class, restrictToAnnotatedClass = true)
class Http2Test {
    private static final byte[] IMAGE = Images.image("jpg", 300, 400, 3);
    private static final byte[] PACK =
            PackWriter.toBytes(SyntheticModels.pack("over-http2", "1", SyntheticModels.EDGES, 61));

    @TestHTTPResource
    URL plain;

    @TestHTTPResource(tls = true)
    URL secure;

    @Inject
    Vertx vertx;

    @Test
    void answersWhoKnowsThatItSpeaksHttp2() throws Exception {
        exchange(
                plain,
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @Test
    void answersWhoAsksForHttp2WithTheFirstRequest() throws Exception {
        exchange(
                plain,
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(true));
    }

    @Test
    void answersWhoAgreesOnHttp2InTls() throws Exception {
        exchange(
                secure,
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setTrustAll(true)
                        .setVerifyHost(false));
    }

    @Test
    void answersJavasOwnClient() throws Exception {
        java.net.http.HttpClient client = java.net.http.HttpClient.newBuilder()
                .version(java.net.http.HttpClient.Version.HTTP_2)
                .build();
        for (int i = 0; i < 3; i++) {
            HttpRequest prediction = HttpRequest.newBuilder(URI.create(plain + "v1/edges"))
                    .header("Content-Type", "image/jpeg")
                    .POST(BodyPublishers.ofByteArray(IMAGE))
                    .build();
            HttpResponse<byte[]> answer = client.send(prediction, BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
            HttpRequest upload = HttpRequest.newBuilder(URI.create(plain + "v1/packs/over-http2/versions/1"))
                    .header("Authorization", Uploads.authorization())
                    .PUT(BodyPublishers.ofByteArray(PACK))
                    .build();
            assertThat(client.send(upload, BodyHandlers.ofString()).statusCode())
                    .isBetween(200, 201);
        }
    }

    @Test
    void refusesTooLargeABodyWhileItIsStillComing() throws Exception {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        try {
            RequestOptions options = options(plain, HttpMethod.POST, "/v1/packs/edges/activate");
            HttpClientResponse answer = get(client.request(options).compose(request -> {
                request.setChunked(true);
                for (int i = 0; i < 40; i++) {
                    request.write(Buffer.buffer(new byte[1 << 16]));
                }
                return request.response();
            }));
            assertThat(answer.statusCode()).isEqualTo(413);
        } finally {
            get(client.close());
        }
    }

    private void exchange(URL server, HttpClientOptions options) throws Exception {
        HttpClient client = vertx.createHttpClient(options);
        try {
            for (int i = 0; i < 3; i++) {
                answered(client, server, HttpMethod.POST, "/v1/edges", IMAGE, 200);
                answered(client, server, HttpMethod.PUT, "/v1/packs/over-http2/versions/1", PACK, i == 0 ? 201 : 200);
            }
            answered(client, server, HttpMethod.POST, "/v1/packs/over-http2/activate?version=1", new byte[0], 200);
            answered(client, server, HttpMethod.GET, "/v1/packs", null, 200);
            answered(client, server, HttpMethod.DELETE, "/v1/packs/over-http2/versions/1", null, 204);
        } finally {
            get(client.close());
        }
    }

    private static void answered(HttpClient client, URL server, HttpMethod method, String path, byte[] body, int status)
            throws Exception {
        // Within the event loop: what comes before a reader is there would be lost.
        Buffer answer = get(client.request(options(server, method, path))
                .compose(request -> (body == null ? request.send() : request.send(Buffer.buffer(body)))
                        .compose(response -> {
                            assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
                            return response.body().map(bytes -> {
                                assertThat(response.statusCode())
                                        .as(bytes.toString())
                                        .isEqualTo(status);
                                return bytes;
                            });
                        })));
        assertThat(answer.length()).isGreaterThan(status == 204 ? -1 : 10);
    }

    private static RequestOptions options(URL server, HttpMethod method, String path) {
        return new RequestOptions()
                .setHost(server.getHost())
                .setPort(server.getPort())
                .setMethod(method)
                .setURI(path)
                .putHeader("Content-Type", "application/octet-stream")
                .putHeader("Authorization", Uploads.authorization());
    }

    private static <T> T get(io.vertx.core.Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
