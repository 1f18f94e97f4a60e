package dev.facet.exchange.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.pack.ModulatorPack;
import dev.facet.core.pack.PackManifest;
import dev.facet.core.pack.PackReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Puts packs on a server: {@code PUT {server}/v1/packs/{name}/versions/{version}} with the file as it is and its {@code
 * Content-Digest} (RFC 9530). Redirects aren't followed: a key goes to the server that was named and to no other. Thread-safe.
 */
public final class PackPublisher {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_DETAIL = 2000;
    private static final int MAX_PORT = 65_535;
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient client;
    private final URI server;

    /**
     * As {@link #PackPublisher(URI)}, for an address as people write it: {@code localhost:8080} is {@code http://localhost:8080}.
     *
     * @throws IllegalArgumentException if it isn't an address
     */
    public static PackPublisher of(String server) {
        String address = server.strip();
        try {
            return new PackPublisher(new URI(address.contains("://") ? address : "http://" + address));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "server: value='%s', expected for example http://localhost:8080".formatted(server), e);
        }
    }

    /**
     * @param server for example {@code http://localhost:8080}
     * @throws IllegalArgumentException if it isn't an http or https address with a host
     */
    public PackPublisher(URI server) {
        String scheme = server.getScheme();
        if (server.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException(
                    "server: value='%s', expected for example http://localhost:8080".formatted(server));
        }
        if (server.getPort() == 0 || server.getPort() > MAX_PORT) {
            throw new IllegalArgumentException("server: port=%d, expected 1..%d".formatted(server.getPort(), MAX_PORT));
        }
        if (server.getRawUserInfo() != null || server.getRawQuery() != null || server.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "server: value has user, query or fragment, expected scheme, host, port and path only");
        }
        this.server = server;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /**
     * Asks whether a pack that isn't made yet could be published.
     *
     * @param bank fingerprint of the bank that it will be made for; empty where it needs none
     * @throws PublishException if the server has that version already or another bank, refuses to say, or doesn't answer
     */
    public void checkFree(String name, String version, Optional<String> bank, PublishOptions options)
            throws InterruptedException {
        if (bank.isPresent()) {
            String found = get("/v1/bank", options).path("fingerprint").asText(bank.get());
            if (!found.equals(bank.get())) {
                throw new PublishException(
                        0,
                        null,
                        "the server has another bank: fingerprint=%s, expected=%s [server=%s]"
                                .formatted(found, bank.get(), server),
                        null);
            }
        }
        for (JsonNode pack : get("/v1/packs/" + name, options).path("versions")) {
            if (pack.path("version").asText().equals(version)) {
                throw new PublishException(
                        409,
                        null,
                        "the server has '%s@%s' already: expected another version or name [server=%s]"
                                .formatted(name, version, server),
                        null);
            }
        }
    }

    /** What the server has there; nothing where it has nothing. */
    private JsonNode get(String path, PublishOptions options) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base() + path))
                .timeout(QUESTION_TIMEOUT)
                .header("Accept", "application/json");
        options.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        HttpResponse<String> response = send(request.build());
        if (response.statusCode() == 404) {
            return JSON.missingNode();
        }
        if (response.statusCode() != 200) {
            throw refusal(response);
        }
        return json(response);
    }

    /** An answer's document; one that is empty is missing. */
    private static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw notFacet(response.statusCode(), response.uri(), e);
        }
    }

    private static PublishException notFacet(int status, URI address, Exception cause) {
        return new PublishException(
                status,
                null,
                "not a Facet server: its answer is no JSON [address=%s, status=%d]".formatted(plain(address), status),
                cause);
    }

    /** The server's address. */
    public URI server() {
        return server;
    }

    /**
     * Publishes a pack under the name and version of its manifest.
     *
     * @param progress told how many bytes were sent, now and then, from another thread
     * @throws dev.facet.core.pack.PackException if the file isn't a pack
     * @throws PublishException if the server refuses it or doesn't answer
     * @throws IOException if the file can't be read
     */
    public Publication publish(Path file, PublishOptions options, LongConsumer progress)
            throws IOException, InterruptedException {
        ModulatorPack pack = PackReader.readUnbound(file);
        URI address = address(pack.manifest(), options.activate(), "");
        HttpResponse<String> response = put(file, pack, address, options, progress);
        int status = response.statusCode();
        if (status == 200 || status == 201) {
            JsonNode document = object(response);
            return new Publication(
                    plain(address),
                    pack.digest(),
                    status == 201,
                    document.path("active").asBoolean(options.activate()),
                    response.body());
        }
        throw refusal(response);
    }

    /**
     * Lets a server try a pack as if it were published: it checks, prepares and self-tests it, and keeps nothing.
     *
     * @param progress told how many bytes were sent, now and then, from another thread
     * @throws dev.facet.core.pack.PackException if the file isn't a pack
     * @throws PublishException if the server would refuse it, can't try packs or doesn't answer
     * @throws IOException if the file can't be read
     */
    public PublishRehearsal rehearse(Path file, PublishOptions options, LongConsumer progress)
            throws IOException, InterruptedException {
        ModulatorPack pack = PackReader.readUnbound(file);
        URI address = address(pack.manifest(), options.activate(), "&dry-run=true");
        HttpResponse<String> response = put(file, pack, address, options, progress);
        if (response.statusCode() != 200) {
            throw refusal(response);
        }
        JsonNode document = object(response);
        JsonNode outcome = document.path("dryRun");
        if (!outcome.isObject()) {
            throw new PublishException(
                    200,
                    null,
                    "the server doesn't say what would happen: expected one that knows dry runs [server=%s]"
                            .formatted(server),
                    null);
        }
        return new PublishRehearsal(
                plain(address),
                pack.digest(),
                outcome.path("created").asBoolean(),
                outcome.path("activated").asBoolean(),
                Optional.ofNullable(outcome.path("answering").textValue()),
                outcome.path("endsTraffic").asBoolean(),
                document.path("plan").asText(),
                document.path("memoryBytes").asLong());
    }

    private HttpResponse<String> put(
            Path file, ModulatorPack pack, URI address, PublishOptions options, LongConsumer progress)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address)
                .timeout(options.timeout())
                .header("Content-Type", "application/octet-stream")
                .header("Accept", "application/json")
                .header("Content-Digest", contentDigest(pack.digest()))
                .PUT(body(file, progress));
        options.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        options.signature().ifPresent(signature -> request.header("Facet-Signature", signature));
        return send(request.build());
    }

    private static JsonNode object(HttpResponse<String> response) {
        JsonNode document = json(response);
        if (!document.isObject()) {
            throw notFacet(response.statusCode(), response.uri(), null);
        }
        return document;
    }

    /** The header {@code Content-Digest} of RFC 9530 for a SHA-256 in hex. */
    static String contentDigest(String hex) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex)) + ":";
    }

    private URI address(PackManifest manifest, boolean activate, String more) {
        // Said, since without it a version that is there already would keep its place.
        return URI.create("%s/v1/packs/%s/versions/%s?activate=%b%s"
                .formatted(base(), manifest.name(), manifest.version(), activate, more));
    }

    private String base() {
        return server.toString().replaceAll("/+$", "");
    }

    private static String plain(URI address) {
        String text = address.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query);
    }

    private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            String reason = ConnectionFailures.describe(e, "https".equals(server.getScheme()));
            throw new PublishException(0, null, "%s [server=%s]".formatted(reason, server), e);
        }
    }

    private static PublishException refusal(HttpResponse<String> response) {
        int status = response.statusCode();
        Optional<String> elsewhere = response.headers().firstValue("Location");
        if (status >= 300 && status < 400 && elsewhere.isPresent()) {
            return new PublishException(
                    status,
                    null,
                    "the server is elsewhere: expected the address that it redirects to, location=%s [status=%d]"
                            .formatted(bounded(elsewhere.get()), status),
                    null);
        }
        String code = null;
        String detail = null;
        try {
            JsonNode problem = JSON.readTree(response.body());
            if (problem != null && problem.isObject()) {
                code = problem.path("code").textValue();
                detail = problem.path("detail").textValue();
                if (detail == null) {
                    detail = problem.path("title").textValue();
                }
            }
        } catch (JsonProcessingException e) {
            // Not a problem document: a proxy's page, for example. The status says enough.
            detail = null;
        }
        String reason = detail != null ? detail : meaning(status);
        return new PublishException(
                status,
                code,
                "refused: %s [status=%d%s]".formatted(bounded(reason), status, code == null ? "" : ", code=" + code),
                null);
    }

    private static String bounded(String text) {
        return text.length() > MAX_DETAIL ? text.substring(0, MAX_DETAIL) + "…" : text;
    }

    private static String meaning(int status) {
        return switch (status) {
            case 401 -> "the server wants its key";
            case 403 -> "this key may not manage packs";
            case 404 -> "the server has no such address: is it a Facet server?";
            case 409 -> "the server has other bytes under this version: give the pack a new version";
            case 413 -> "the pack is larger than the server accepts";
            case 502, 504 -> "a proxy answers, and the server behind it doesn't; is it running?";
            default -> "the server gave no reason";
        };
    }

    private static BodyPublisher body(Path file, LongConsumer progress) throws IOException {
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> {
                    try {
                        return new Counting(Files.newInputStream(file), progress);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }),
                Files.size(file));
    }

    private static final class Counting extends FilterInputStream {
        private final LongConsumer progress;
        private long sent;

        Counting(InputStream in, LongConsumer progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) {
            sent += bytes;
            progress.accept(sent);
        }
    }
}
