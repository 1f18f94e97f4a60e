package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Damaged request lines, queries and headers over the whole API, half of them with the management key. Nothing that exists is
 * named by what could remove it. HTTP that isn't understood may be answered by the end of the connection.
 */
final class HeadMutations implements Mutation {
    private static final int READ_MILLIS = 2_000;
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get", "FOO");
    private static final List<String> PATHS = List.of(
            "/v1/edges",
            "/v1/edges.npy?raw=logits",
            "/v1/segmentation.json?threshold=0.5",
            "/v1/depth?render=turbo&alpha=0.5",
            "/v1/normals?format=png&depth=16",
            "/v1/predict?tasks=edges",
            "/v1/predict.zip?packs=nosuch",
            "/v1/edges?pack=nosuch@1&timeout=500ms&priority=1",
            "/v1/packs",
            "/v1/packs/nosuch",
            "/v1/packs/nosuch/versions/1?activate=false&plan=merged",
            "/v1/packs/nosuch/activate?version=1",
            "/v1/defaults",
            "/v1/defaults/edges?pack=nosuch",
            "/v1/bank",
            "/q/health/ready",
            "/q/metrics",
            "/q/openapi?format=json",
            "/");
    private static final List<String> HEADERS = List.of(
            "Accept: image/png",
            "Accept: application/x-npy;q=0.5, image/*;q=0.1",
            "Content-Type: image/png",
            "Content-Type: multipart/form-data; boundary=x",
            "Content-Type: application/json; charset=utf-8",
            "Content-Digest: sha-256=:AAAA:",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "If-None-Match: *",
            "Facet-Signature: AAAA",
            "X-Request-Id: abc",
            "X-Forwarded-For: 127.0.0.1",
            "Origin: http://example.org",
            "Transfer-Encoding: chunked",
            "Content-Length: 3",
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQAAP__",
            "Range: bytes=0-",
            "Cookie: a=b");

    private final ServerProcess server;
    private final MutationOutcomes outcomes;
    private final byte[] image = ImageSamples.png(16, 16, 3);

    HeadMutations(ServerProcess server, MutationOutcomes outcomes) {
        this.server = server;
        this.outcomes = outcomes;
    }

    @Override
    public String name() {
        return "heads and queries";
    }

    @Override
    public int share() {
        return 50_000;
    }

    @Override
    public void one(SplittableRandom random, String item, int worker) throws IOException {
        String request = request(random);
        try (HttpConnection connection = HttpConnection.open(server.port(), READ_MILLIS)) {
            try {
                connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
                connection.send(image);
                Optional<HttpConnection.Head> head = connection.readHead();
                while (head.isPresent() && head.get().status() == 100) {
                    head = connection.readHead();
                }
                if (head.isPresent()) {
                    outcomes.of(item, head.get().status(), request);
                } else {
                    outcomes.count("closed");
                }
            } catch (SocketTimeoutException e) {
                outcomes.count("waits for more");
            } catch (SocketException e) {
                outcomes.count("closed");
            }
            // Not an orderly end: its wait state would use up this machine's ports.
            connection.reset();
        }
    }

    private String request(SplittableRandom random) {
        String method = METHODS.get(random.nextInt(random.nextInt(3) == 0 ? METHODS.size() : 3));
        String path = PATHS.get(random.nextInt(PATHS.size()));
        StringBuilder head = new StringBuilder();
        boolean damageLine = random.nextInt(3) > 0;
        head.append(method).append(' ').append(damageLine ? TextMutations.mutate(path, random) : path);
        head.append(random.nextInt(20) == 0 ? TextMutations.mutate(" HTTP/1.1", random) : " HTTP/1.1")
                .append("\r\n");
        head.append("Host: 127.0.0.1\r\n");
        if (random.nextBoolean()) {
            head.append("Authorization: Bearer ").append(server.key()).append("\r\n");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            String header = HEADERS.get(random.nextInt(HEADERS.size()));
            head.append(random.nextBoolean() ? TextMutations.mutate(header, random) : header)
                    .append("\r\n");
        }
        if (random.nextInt(10) > 0) {
            head.append("Content-Length: ").append(image.length).append("\r\n");
        }
        return head.append("\r\n").toString();
    }
}
