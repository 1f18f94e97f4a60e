package dev.facet.server.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(QueueTest.ShortQueue.class)
class QueueTest {
    private static final byte[] IMAGE = Images.image("jpg", 700, 900, 5);

    @TestHTTPResource
    URL server;

    public static final class ShortQueue implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("facet.limits.queue-wait", "0S");
        }
    }

    @Test
    void whoComesWhileTheQueueIsFullIsToldToComeAgain() throws URISyntaxException {
        HttpClient client = HttpClient.newHttpClient();
        URI address = server.toURI().resolve("/v1/edges");
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            HttpRequest request = HttpRequest.newBuilder(address)
                    .header("Content-Type", "image/jpeg")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(IMAGE))
                    .build();
            answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        List<HttpResponse<String>> all =
                answers.stream().map(CompletableFuture::join).toList();
        assertThat(all).allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 429);
        assertThat(all).anyMatch(answer -> answer.statusCode() == 200);
        assertThat(all)
                .filteredOn(answer -> answer.statusCode() == 429)
                .isNotEmpty()
                .allSatisfy(answer -> {
                    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                    assertThat(answer.body())
                            .contains("\"code\":\"QUEUE_FULL\"")
                            .contains("retryAfterMs");
                });
    }
}
