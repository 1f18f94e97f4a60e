package dev.facet.cli.reliability;

import dev.facet.cli.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Damaged images in every form of body, for every form of answer, by HTTP/1.1 and HTTP/2; some are whole, and their form, JSON or
 * compression is damaged.
 */
final class ImageMutations implements Mutation {
    private static final List<String> ANSWERS = List.of(".png", ".npy", ".bin", ".json", ".jpg");
    private static final List<String> TYPES =
            List.of("image/jpeg", "image/png", "image/webp", "application/octet-stream");
    private static final int SMALLEST_SIDE = 16;

    private final ServerProcess server;
    private final MutationOutcomes outcomes;
    private final String pack;
    private final List<byte[]> images;
    private final HttpClient http1 = client(HttpClient.Version.HTTP_1_1);
    /** Takes HTTP/1.1 where that is all there is. */
    private final HttpClient http2 = client(HttpClient.Version.HTTP_2);

    /**
     * @param pack name of a pack of edges whose predictions cost little
     */
    ImageMutations(ServerProcess server, MutationOutcomes outcomes, String pack) throws IOException {
        this.server = server;
        this.outcomes = outcomes;
        this.pack = pack;
        this.images = List.of(
                ImageSamples.jpeg(SMALLEST_SIDE * 2, SMALLEST_SIDE * 3, 1),
                ImageSamples.png(SMALLEST_SIDE, SMALLEST_SIDE * 2, 2),
                ImageSamples.resource("lossy.webp"),
                ImageSamples.resource("lossless.webp"));
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public int share() {
        return 25_000;
    }

    @Override
    public void one(SplittableRandom random, String item, int worker) throws IOException, InterruptedException {
        byte[] image = images.get(random.nextInt(images.size()));
        int form = random.nextInt(5);
        boolean damageForm = form > 1 && random.nextInt(3) == 0;
        byte[] content = damageForm ? image : ByteMutations.mutate(image, random);
        HttpRequest.Builder request = server.request(path(random));
        byte[] body;
        if (form == 2) {
            request.header("Content-Type", "multipart/form-data; boundary=edge");
            body = multipart(content);
        } else if (form == 3) {
            request.header("Content-Type", "application/json");
            body = json(content);
        } else if (form == 4) {
            request.header("Content-Type", "image/png").header("Content-Encoding", "gzip");
            body = gzip(content);
        } else {
            if (form > 0) {
                request.header("Content-Type", TYPES.get(random.nextInt(TYPES.size())));
            }
            body = content;
        }
        if (damageForm) {
            body = random.nextBoolean()
                    ? ByteMutations.mutate(body, random)
                    : TextMutations.mutate(new String(body, StandardCharsets.ISO_8859_1), random)
                            .getBytes(StandardCharsets.ISO_8859_1);
        }
        outcomes.of(
                item,
                server.exchange(request.POST(BodyPublishers.ofByteArray(body)).build()));
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder()
                .version(version)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private String path(SplittableRandom random) {
        return random.nextInt(8) == 0
                ? "/v1/predict.json?packs=" + pack
                : "/v1/edges%s?pack=%s".formatted(ANSWERS.get(random.nextInt(ANSWERS.size())), pack);
    }

    private static byte[] multipart(byte[] content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String head = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n";
        body.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(content);
        body.writeBytes("\r\n--edge--\r\n".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(body)) {
            gzip.write(content);
        }
        return body.toByteArray();
    }

    private static byte[] json(byte[] content) {
        String text = "{\"image\": {\"type\": \"base64\", \"value\": \"%s\"}}"
                .formatted(Base64.getEncoder().encodeToString(content));
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
