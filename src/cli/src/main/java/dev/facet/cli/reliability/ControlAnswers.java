package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What a server that nobody troubles answers to one image, and whether it still does, bit by bit. A server that says that it
 * is busy is asked again when it says so. Thread-safe.
 */
final class ControlAnswers {
    private static final int MAX_TRIES = 60;

    private final byte[] image;
    private final Map<String, byte[]> expected;
    private final AtomicLong checked = new AtomicLong();

    private ControlAnswers(byte[] image, Map<String, byte[]> expected) {
        this.image = image;
        this.expected = expected;
    }

    /** Asks an untroubled server at those paths. */
    static ControlAnswers learn(ServerProcess server, List<String> paths, byte[] image)
            throws IOException, InterruptedException {
        Map<String, byte[]> expected = new LinkedHashMap<>();
        for (String path : paths) {
            expected.put(path, ask(server, path, image).body());
        }
        return new ControlAnswers(image, expected);
    }

    /** One request, again where the server is busy; whatever came in the end. */
    static HttpResponse<byte[]> ask(ServerProcess server, String path, byte[] image)
            throws IOException, InterruptedException {
        HttpRequest request = server.request(path)
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(image))
                .build();
        HttpResponse<byte[]> response = server.exchange(request);
        for (int i = 1; i < MAX_TRIES && isBusy(response.statusCode()); i++) {
            Thread.sleep(retryAfterMillis(response));
            response = server.exchange(request);
        }
        if (response.statusCode() != 200) {
            throw new IOException("control request failed: path=%s, status=%d".formatted(path, response.statusCode()));
        }
        return response;
    }

    static boolean isBusy(int status) {
        return status == 429 || status == 503;
    }

    /** When the server says to come again, at most 10 s; a tenth of a second where it doesn't say. */
    static long retryAfterMillis(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("\\d{1,4}") ? Math.min(10_000, Long.parseLong(seconds) * 1000) : 100;
    }

    /** Asks all again and says what differs. */
    void check(ServerProcess server, TrialReport report) throws InterruptedException {
        for (String path : expected.keySet()) {
            check(server, path, path, report);
        }
    }

    /** Asks the one whose turn it is. */
    void checkNext(ServerProcess server, TrialReport report) throws InterruptedException {
        List<String> paths = List.copyOf(expected.keySet());
        String path = paths.get((int) (checked.get() % paths.size()));
        check(server, path, path, report);
    }

    /** Asks at one path and expects what another one gave. */
    void check(ServerProcess server, String path, String as, TrialReport report) throws InterruptedException {
        checked.incrementAndGet();
        try {
            report.expect(
                    Arrays.equals(ask(server, path, image).body(), expected.get(as)),
                    "answer differs from that of the untroubled server: path=%s",
                    path);
        } catch (IOException e) {
            report.broken("no answer to a control request: path=%s, %s", path, e);
        }
    }

    long checked() {
        return checked.get();
    }
}
