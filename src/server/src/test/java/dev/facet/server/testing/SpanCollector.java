package dev.facet.server.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import org.eclipse.microprofile.config.ConfigProvider;

/** A collector of OpenTelemetry on this machine, which takes what the server sends over OTLP and shows it to tests. */
public final class SpanCollector implements QuarkusTestResourceLifecycleManager {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "collector");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/v1/traces", this::take);
        server.createContext("/received", this::show);
        server.start();
        return Map.of(
                ENDPOINT,
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "otel.bsp.schedule.delay",
                "100",
                "facet.tracing.enabled",
                "true");
    }

    private void take(HttpExchange exchange) throws IOException {
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        byte[] message = (compressed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody())
                .readAllBytes();
        // Messages one behind the other are one message with all that is repeated in them.
        received.writeBytes(message);
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }

    private void show(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(received.toByteArray());
        exchange.close();
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    /**
     * A span.
     *
     * @param kind 1 is internal, 2 a server's
     * @param error whether its status says so
     * @param resource attributes of who sent it
     */
    public record ReceivedSpan(
            String trace,
            String id,
            String parent,
            String name,
            long kind,
            long beginNanos,
            long endNanos,
            boolean error,
            Map<String, String> attributes,
            Map<String, String> resource) {}

    /** The bytes so far. */
    public static byte[] bytes() {
        return RestAssured.given()
                .baseUri(ConfigProvider.getConfig().getValue(ENDPOINT, String.class))
                .port(port())
                .get("/received")
                .asByteArray();
    }

    private static int port() {
        String endpoint = ConfigProvider.getConfig().getValue(ENDPOINT, String.class);
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    /** The spans of a trace so far. */
    public static List<ReceivedSpan> spans(String trace) {
        try {
            List<ReceivedSpan> spans = new ArrayList<>();
            for (ByteString resourceSpans : field(UnknownFieldSet.parseFrom(bytes()), 1)) {
                UnknownFieldSet both = UnknownFieldSet.parseFrom(resourceSpans);
                Map<String, String> resource =
                        attributes(UnknownFieldSet.parseFrom(field(both, 1).get(0)), 1);
                for (ByteString scope : field(both, 2)) {
                    for (ByteString span : field(UnknownFieldSet.parseFrom(scope), 2)) {
                        spans.add(span(UnknownFieldSet.parseFrom(span), resource));
                    }
                }
            }
            spans.removeIf(span -> !span.trace().equals(trace));
            return spans;
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReceivedSpan span(UnknownFieldSet span, Map<String, String> resource)
            throws InvalidProtocolBufferException {
        boolean error = !field(span, 15).isEmpty()
                && UnknownFieldSet.parseFrom(field(span, 15).get(0))
                        .getField(3)
                        .getVarintList()
                        .contains(2L);
        return new ReceivedSpan(
                hex(field(span, 1)),
                hex(field(span, 2)),
                hex(field(span, 4)),
                field(span, 5).get(0).toStringUtf8(),
                span.getField(6).getVarintList().get(0),
                span.getField(7).getFixed64List().get(0),
                span.getField(8).getFixed64List().get(0),
                error,
                attributes(span, 9),
                resource);
    }

    private static Map<String, String> attributes(UnknownFieldSet owner, int number)
            throws InvalidProtocolBufferException {
        Map<String, String> attributes = new HashMap<>();
        for (ByteString each : field(owner, number)) {
            UnknownFieldSet attribute = UnknownFieldSet.parseFrom(each);
            UnknownFieldSet value =
                    UnknownFieldSet.parseFrom(field(attribute, 2).get(0));
            attributes.put(
                    field(attribute, 1).get(0).toStringUtf8(),
                    field(value, 1).isEmpty()
                            ? String.valueOf(value.getField(3).getVarintList().stream()
                                    .findFirst()
                                    .orElse(null))
                            : field(value, 1).get(0).toStringUtf8());
        }
        return attributes;
    }

    private static List<ByteString> field(UnknownFieldSet message, int number) {
        return message.getField(number).getLengthDelimitedList();
    }

    private static String hex(List<ByteString> bytes) {
        return bytes.isEmpty() ? "" : HexFormat.of().formatHex(bytes.get(0).toByteArray());
    }
}
