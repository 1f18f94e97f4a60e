package dev.facet.server.tracing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.facet.protocol.inference.InferTensorContents;
import dev.facet.protocol.inference.ModelInferRequest;
import dev.facet.protocol.inference.ModelInferRequest.InferInputTensor;
import dev.facet.protocol.inference.ModelInferResponse;
import dev.facet.server.testing.Await;
import dev.facet.server.testing.GrpcClient;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ObservedServer;
import dev.facet.server.testing.SpanCollector;
import dev.facet.server.testing.SpanCollector.ReceivedSpan;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Spans as a collector gets them: the bytes that the server sends over OTLP. */
@QuarkusTest
@TestProfile(ObservedServer.class)
class TracingTest {
    private static final long SERVER = 2;
    private static final String CALLER = "00f067aa0ba902b7";

    /** One for each test: features of an image that was there before are kept. */
    private static byte[] jpeg(int test) {
        return Images.image("jpg", 40, 56, 200 + test);
    }

    private static String context(String trace) {
        return "00-%s-%s-01".formatted(trace, CALLER);
    }

    /** The span of the request and those below it, once it is there. */
    private static List<ReceivedSpan> spans(String trace) throws InterruptedException {
        return Await.until(
                () -> SpanCollector.spans(trace),
                spans -> spans.stream().anyMatch(span -> span.kind() == SERVER)
                        && (spans.size() == 1
                                || spans.stream().anyMatch(span -> span.name().equals("write"))));
    }

    private static ReceivedSpan only(List<ReceivedSpan> spans, String name) {
        List<ReceivedSpan> found =
                spans.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(found).as("%s in %s", name, spans).hasSize(1);
        return found.get(0);
    }

    private static Map<String, String> packOf(Response answer) {
        return Map.of(
                "facet.pack.name", answer.header("Facet-Pack"),
                "facet.pack.version", answer.header("Facet-Pack-Version"),
                "facet.pack.digest", answer.header("Facet-Pack-Digest"),
                "facet.pack.plan", answer.header("Facet-Pack-Plan"));
    }

    @Test
    void aPredictionHasSpansDownToTheEngineThatNameThePack() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4701";
        Response answer = given().header("traceparent", context(trace))
                .contentType("image/jpeg")
                .body(jpeg(1))
                .post("/v1/edges?side=32");

        List<ReceivedSpan> spans = spans(trace);
        ReceivedSpan server = only(spans, "POST /v1/{task}");
        assertThat(server.parent()).isEqualTo(CALLER);
        assertThat(answer.header("traceresponse")).isEqualTo("00-%s-%s-01".formatted(trace, server.id()));
        assertThat(server.resource()).containsEntry("service.name", "facet").containsKey("service.version");
        assertThat(server.attributes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("http.route", "/v1/{task}")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.path", "/v1/edges")
                .containsEntry("url.scheme", "http")
                .containsEntry("network.protocol.version", "1.1")
                .containsKeys("server.address", "server.port", "client.address")
                .doesNotContainKeys("url.query", "error.type");
        ReceivedSpan pack = only(spans, "predict edges");
        assertThat(pack.parent()).isEqualTo(server.id());
        assertThat(pack.attributes()).containsAllEntriesOf(packOf(answer));
        ReceivedSpan run = only(spans, "compute");
        assertThat(run.parent()).isEqualTo(pack.id());
        assertThat(run.attributes()).containsAllEntriesOf(packOf(answer));
        assertThat(spans.stream().map(ReceivedSpan::name).collect(Collectors.toSet()))
                .contains("queue", "decode", "input", "compute", "encode", "write");
        for (ReceivedSpan each : spans) {
            assertThat(each.endNanos()).as(each.name()).isGreaterThanOrEqualTo(each.beginNanos());
            assertThat(each.error()).as(each.name()).isFalse();
        }
        assertThat(run.beginNanos()).isGreaterThanOrEqualTo(pack.beginNanos());
        assertThat(run.endNanos()).isLessThanOrEqualTo(pack.endNanos());
    }

    @Test
    void everyPackOfARequestHasASpan() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4702";
        given().header("traceparent", context(trace))
                .contentType("image/jpeg")
                .body(jpeg(2))
                .post("/v1/predict?tasks=edges,depth,segmentation")
                .then()
                .statusCode(200);

        List<ReceivedSpan> spans = spans(trace);
        only(spans, "POST /v1/predict{suffix}");
        for (String kind : List.of("edges", "depth", "segmentation")) {
            assertThat(only(spans, "predict " + kind).attributes()).containsEntry("facet.task", kind);
        }
        only(spans, "decode");
        assertThat(spans.stream().filter(span -> span.name().equals("compute"))).hasSize(3);
    }

    @Test
    void requestsOfTheProtocolHaveThemToo() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4703";
        String body = """
                {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["%s"]}]}""".formatted(Base64.getEncoder().encodeToString(jpeg(3)));
        given().header("traceparent", context(trace))
                .contentType("application/json")
                .body(body)
                .post("/v2/models/edges.image/infer")
                .then()
                .statusCode(200);

        List<ReceivedSpan> spans = spans(trace);
        ReceivedSpan server = only(spans, "POST /v2/models/{model}/infer");
        assertThat(only(spans, "predict edges").parent()).isEqualTo(server.id());
        only(spans, "compute");
    }

    @Test
    void callsOfGrpcHaveThemByTheConventionsOfRpc() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4704";
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("edges.image")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("image")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFrom(jpeg(4)))))
                .build();
        try (GrpcClient client = new GrpcClient().with("traceparent", context(trace))) {
            client.call("ModelInfer", request, ModelInferResponse.getDefaultInstance());
        }

        List<ReceivedSpan> spans = spans(trace);
        ReceivedSpan server = only(spans, "inference.GRPCInferenceService/ModelInfer");
        assertThat(server.kind()).isEqualTo(SERVER);
        assertThat(server.parent()).isEqualTo(CALLER);
        assertThat(server.attributes())
                .containsEntry("rpc.system", "grpc")
                .containsEntry("rpc.service", "inference.GRPCInferenceService")
                .containsEntry("rpc.method", "ModelInfer")
                .containsEntry("rpc.grpc.status_code", "0")
                .containsEntry("network.protocol.version", "2");
        assertThat(only(spans, "predict edges").attributes()).containsKeys("facet.pack.digest");
        only(spans, "compute");
    }

    @Test
    void aCallThatFailsHasItsStatus() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4705";
        try (GrpcClient client = new GrpcClient().with("traceparent", context(trace))) {
            assertThatThrownBy(() -> client.call(
                            "ModelInfer",
                            ModelInferRequest.newBuilder().setModelName("edges").build(),
                            ModelInferResponse.getDefaultInstance()))
                    .isInstanceOf(StatusRuntimeException.class);
        }
        ReceivedSpan server = only(spans(trace), "inference.GRPCInferenceService/ModelInfer");
        // INVALID_ARGUMENT is the client's fault.
        assertThat(server.attributes()).containsEntry("rpc.grpc.status_code", "3");
        assertThat(server.error()).isFalse();
    }

    @Test
    void aTraceThatIsNotSampledStaysUnsent() throws Exception {
        String unsampled = "4bf92f3577b34da6a3ce929d0e0e4706";
        String sampled = "4bf92f3577b34da6a3ce929d0e0e4707";
        given().header("traceparent", "00-%s-%s-00".formatted(unsampled, CALLER))
                .contentType("image/jpeg")
                .body(jpeg(6))
                .post("/v1/edges")
                .then()
                .statusCode(200);
        given().header("traceparent", context(sampled)).get("/v1/packs").then().statusCode(200);

        only(spans(sampled), "GET /v1/packs");
        assertThat(SpanCollector.spans(unsampled)).isEmpty();
    }

    @Test
    void probesHaveNoneAndNothingSecretIsSent() throws Exception {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4708";
        for (String probe : List.of("/q/health/live", "/v2/health/ready", "/metrics")) {
            given().header("traceparent", context(trace)).get(probe).then().statusCode(200);
        }
        given().header("traceparent", context(trace))
                .header("Authorization", "Bearer hush-1")
                .header("X-Api-Key", "hush-2")
                .cookie("session", "hush-3")
                .queryParam("key", "hush-4")
                .get("/v1/packs");

        assertThat(spans(trace)).hasSize(1);
        assertThat(new String(SpanCollector.bytes(), StandardCharsets.ISO_8859_1))
                .doesNotContain("hush-");
    }
}
