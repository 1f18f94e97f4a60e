package dev.facet.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.facet.integration.conformance.Target.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The Open Inference Protocol over HTTP. */
class RestConformanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private static Target target;

    @BeforeAll
    static void connect() throws IOException, InterruptedException {
        target = Target.get();
    }

    private static String path() {
        return "/v2/models/" + target.model();
    }

    private static List<Numbers> inputs() {
        List<Numbers> inputs = new ArrayList<>();
        target.metadata().path("inputs").forEach(input -> inputs.add(Numbers.of(input)));
        return inputs;
    }

    /** A request with data in JSON. */
    private static ObjectNode request() {
        ObjectNode request = JSON.createObjectNode();
        ArrayNode each = request.putArray("inputs");
        inputs().forEach(input -> each.add(input.input().set("data", input.flat())));
        return request;
    }

    private static Answer infer(JsonNode request) throws IOException, InterruptedException {
        return target.post(path() + "/infer", JSON.writeValueAsBytes(request), "Content-Type", "application/json");
    }

    private static ObjectNode firstInput(ObjectNode request) {
        return (ObjectNode) request.path("inputs").get(0);
    }

    /** A request whose tensors follow as bytes. */
    private static Answer inferBytes(ObjectNode request, String... more) throws IOException, InterruptedException {
        ByteArrayOutputStream tensors = new ByteArrayOutputStream();
        ArrayNode each = request.putArray("inputs");
        for (Numbers input : inputs()) {
            byte[] bytes = input.bytes();
            ObjectNode node = input.input();
            node.putObject("parameters").put("binary_data_size", bytes.length);
            each.add(node);
            tensors.writeBytes(bytes);
        }
        return sendBytes(request, tensors.toByteArray(), more);
    }

    private static Answer sendBytes(JsonNode request, byte[] tensors, String... more)
            throws IOException, InterruptedException {
        byte[] document = JSON.writeValueAsBytes(request);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(document);
        body.writeBytes(tensors);
        List<String> headers = new ArrayList<>(
                List.of("Content-Type", "application/octet-stream", HEADER_LENGTH, Integer.toString(document.length)));
        headers.addAll(List.of(more));
        return target.post(path() + "/infer", body.toByteArray(), headers.toArray(String[]::new));
    }

    /** The values of an answer's first output, from JSON. */
    private static double[] data(JsonNode answer) {
        List<Double> values = new ArrayList<>();
        JsonNode output = answer.path("outputs").get(0);
        collect(output.path("data"), values);
        // The decimal digits of an FP32 stand for the nearest of its values.
        boolean isSingle = output.path("datatype").asText().equals("FP32");
        return values.stream()
                .mapToDouble(value -> isSingle ? value.floatValue() : value)
                .toArray();
    }

    private static void collect(JsonNode data, List<Double> values) {
        data.forEach(each -> {
            if (each.isArray()) {
                collect(each, values);
            } else {
                values.add(each.isBoolean() ? (each.asBoolean() ? 1 : 0) : each.asDouble());
            }
        });
    }

    /** The same from the bytes behind the document. */
    private static double[] bytes(Answer answer) throws IOException {
        JsonNode output = answer.document().path("outputs").get(0);
        int from = Integer.parseInt(answer.header(HEADER_LENGTH));
        int size = output.path("parameters").path("binary_data_size").asInt(-1);
        String datatype = output.path("datatype").asText();
        ByteBuffer bytes = ByteBuffer.wrap(answer.response().body(), from, size).order(ByteOrder.LITTLE_ENDIAN);
        double[] values = new double[size / Numbers.size(datatype)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Numbers.value(bytes, datatype);
        }
        return values;
    }

    @Nested
    class Apis {
        @Test
        void serverLive() throws Exception {
            JsonNode live = target.get("/v2/health/live").isOk().document();
            assertThat(live.isMissingNode() || live.path("live").asBoolean()).isTrue();
        }

        @Test
        void serverReady() throws Exception {
            target.get("/v2/health/ready").isOk();
        }

        @Test
        void serverMetadata() throws Exception {
            JsonNode server = target.get("/v2").isOk().document();
            assertThat(server.path("name").isTextual()).isTrue();
            assertThat(server.path("version").isTextual()).isTrue();
            assertThat(server.path("extensions").isArray()).isTrue();
            server.path("extensions")
                    .forEach(name -> assertThat(name.isTextual()).isTrue());
        }

        @Test
        void modelMetadata() throws Exception {
            JsonNode model = target.get(path()).isOk().document();
            assertThat(model.path("name").asText()).isEqualTo(target.model());
            assertThat(model.path("platform").isTextual()).isTrue();
            for (String side : List.of("inputs", "outputs")) {
                assertThat(model.path(side).size()).as(side).isPositive();
                for (JsonNode tensor : model.path(side)) {
                    assertThat(tensor.path("name").isTextual()).isTrue();
                    Target.checkDatatype(tensor.path("datatype").asText());
                    assertThat(tensor.path("shape").isArray()).isTrue();
                    tensor.path("shape")
                            .forEach(extent -> assertThat(extent.isIntegralNumber() && extent.asLong() >= -1)
                                    .isTrue());
                }
            }
        }

        @Test
        void modelReady() throws Exception {
            JsonNode ready = target.get(path() + "/ready").isOk().document();
            assertThat(ready.isMissingNode() || ready.path("ready").asBoolean()).isTrue();
        }

        @Test
        void versions() throws Exception {
            JsonNode versions = target.metadata().path("versions");
            assumeTrue(versions.size() > 0, "the model has no versions");
            for (JsonNode version : versions) {
                assertThat(version.isTextual()).isTrue();
                String own = path() + "/versions/" + version.asText();
                assertThat(target.get(own).isOk().document().path("name").asText())
                        .isEqualTo(target.model());
                target.get(own + "/ready").isOk();
                JsonNode answer = target.post(own + "/infer", JSON.writeValueAsBytes(request()))
                        .isOk()
                        .document();
                assertThat(answer.path("model_version").asText()).isEqualTo(version.asText());
            }
            target.get(path() + "/versions/987654321").isError();
        }

        @Test
        void anUnknownModel() throws Exception {
            target.get("/v2/models/no-such-model").isError();
            target.post("/v2/models/no-such-model/infer", JSON.writeValueAsBytes(request()))
                    .isError();
            assertThat(target.get("/v2/models/no-such-model/ready").status()).isBetween(400, 599);
        }
    }

    @Nested
    class InferenceRequestObject {
        @Test
        void withoutOutputsAllComeBack() throws Exception {
            JsonNode answer = infer(request()).isOk().document();
            assertThat(answer.path("outputs").findValuesAsText("name"))
                    .containsExactlyInAnyOrderElementsOf(
                            target.metadata().path("outputs").findValuesAsText("name"));
        }

        @Test
        void theIdComesBack() throws Exception {
            assertThat(infer(request().put("id", "a-42"))
                            .isOk()
                            .document()
                            .path("id")
                            .asText())
                    .isEqualTo("a-42");
        }

        @Test
        void parametersMayBeThere() throws Exception {
            ObjectNode request = request();
            request.putObject("parameters");
            firstInput(request).putObject("parameters");
            infer(request).isOk();
        }

        @Test
        void dataMayBeNested() throws Exception {
            ObjectNode request = request();
            firstInput(request).set("data", inputs().get(0).nested());
            assertThat(data(infer(request).isOk().document()))
                    .isEqualTo(data(infer(request()).isOk().document()));
        }

        @Test
        void onlyNamedOutputsComeBack() throws Exception {
            String first = target.metadata().path("outputs").get(0).path("name").asText();
            ObjectNode request = request();
            request.putArray("outputs").addObject().put("name", first);
            JsonNode answer = infer(request).isOk().document();
            assertThat(answer.path("outputs").findValuesAsText("name")).containsExactly(first);
        }

        @Test
        void anUnknownOutput() throws Exception {
            ObjectNode request = request();
            request.putArray("outputs").addObject().put("name", "no-such-output");
            infer(request).isError();
        }

        @Test
        void anUnknownInput() throws Exception {
            ObjectNode request = request();
            firstInput(request).put("name", "no-such-input");
            infer(request).isError();
        }

        @Test
        void aWrongShapeIs400() throws Exception {
            Numbers input = inputs().get(0);
            ObjectNode request = request();
            firstInput(request).putArray("shape").add(input.count());
            assumeTrue(input.shape().length > 1, "the input has one extent");
            Answer answer = infer(request);
            answer.isError();
            assertThat(answer.status()).isEqualTo(400);
        }

        @Test
        void anotherNumberOfElementsIs400() throws Exception {
            ObjectNode request = request();
            ((ArrayNode) firstInput(request).path("data")).remove(0);
            Answer answer = infer(request);
            answer.isError();
            assertThat(answer.status()).isEqualTo(400);
        }

        @Test
        void anotherDatatype() throws Exception {
            ObjectNode request = request();
            firstInput(request).put("datatype", inputs().get(0).datatype().equals("INT64") ? "FP32" : "INT64");
            infer(request).isError();
        }

        @Test
        void whatIsNoRequest() throws Exception {
            for (String body : List.of("", "{", "[]", "{}", "{\"inputs\":[]}", "{\"inputs\":[{}]}", "\u0000")) {
                target.post(path() + "/infer", body.getBytes(StandardCharsets.UTF_8))
                        .isError();
            }
        }
    }

    @Nested
    class InferenceResponseObject {
        @Test
        void hasTheNameAndTensorsThatFitTheirShapes() throws Exception {
            JsonNode answer = infer(request()).isOk().document();
            assertThat(answer.path("model_name").asText()).isEqualTo(target.model());
            assertThat(answer.path("outputs").isArray()).isTrue();
            for (JsonNode output : answer.path("outputs")) {
                Target.checkDatatype(output.path("datatype").asText());
                long count = 1;
                for (JsonNode extent : output.path("shape")) {
                    assertThat(extent.asLong()).isPositive();
                    count *= extent.asLong();
                }
                List<Double> values = new ArrayList<>();
                collect(output.path("data"), values);
                assertThat((long) values.size()).isEqualTo(count);
            }
        }

        @Test
        void fitsTheMetadata() throws Exception {
            JsonNode output = infer(request()).isOk().document().path("outputs").get(0);
            JsonNode metadata = target.metadata().path("outputs").get(0);
            assertThat(output.path("datatype")).isEqualTo(metadata.path("datatype"));
            assertThat(output.path("shape").size())
                    .isEqualTo(metadata.path("shape").size());
            for (int i = 0; i < output.path("shape").size(); i++) {
                long extent = metadata.path("shape").get(i).asLong();
                assertThat(extent == -1 || extent == output.path("shape").get(i).asLong())
                        .isTrue();
            }
        }
    }

    @Nested
    class BinaryTensorData {
        private void named() {
            target.assumeExtension("binary_tensor_data");
        }

        @Test
        void bytesInGiveWhatNumbersGive() throws Exception {
            named();
            Answer answer = inferBytes(JSON.createObjectNode()).isOk();
            assertThat(data(answer.document())).isEqualTo(data(infer(request()).document()));
        }

        @Test
        void allOutputsAsBytes() throws Exception {
            named();
            ObjectNode request = JSON.createObjectNode();
            request.putObject("parameters").put("binary_data_output", true);
            Answer answer = inferBytes(request).isOk();
            JsonNode output = answer.document().path("outputs").get(0);
            assertThat(output.has("data")).isFalse();
            assertThat(bytes(answer)).isEqualTo(data(infer(request()).document()));
            int all = Integer.parseInt(answer.header(HEADER_LENGTH));
            for (JsonNode each : answer.document().path("outputs")) {
                all += each.path("parameters").path("binary_data_size").asInt(0);
            }
            assertThat(answer.response().body()).hasSize(all);
            assertThat(answer.header("Content-Length")).isIn("", Integer.toString(all));
        }

        @Test
        void anOutputsOwnParameterWins() throws Exception {
            named();
            String first = target.metadata().path("outputs").get(0).path("name").asText();
            ObjectNode request = JSON.createObjectNode();
            request.putObject("parameters").put("binary_data_output", true);
            request.putArray("outputs")
                    .addObject()
                    .put("name", first)
                    .putObject("parameters")
                    .put("binary_data", false);
            assertThat(inferBytes(request)
                            .isOk()
                            .document()
                            .path("outputs")
                            .get(0)
                            .has("data"))
                    .isTrue();
            request.remove("parameters");
            request.putArray("outputs")
                    .addObject()
                    .put("name", first)
                    .putObject("parameters")
                    .put("binary_data", true);
            Answer answer = inferBytes(request).isOk();
            assertThat(bytes(answer)).isEqualTo(data(infer(request()).document()));
        }

        @Test
        void numbersInAndBytesOut() throws Exception {
            named();
            ObjectNode request = request();
            request.putObject("parameters").put("binary_data_output", true);
            assertThat(bytes(infer(request).isOk()))
                    .isEqualTo(data(infer(request()).document()));
        }

        @Test
        void sizesThatDontFit() throws Exception {
            named();
            Numbers input = inputs().get(0);
            byte[] tensor = input.bytes();
            for (int size : List.of(tensor.length - 1, tensor.length + 1, 0, -1)) {
                ObjectNode request = JSON.createObjectNode();
                ObjectNode node = input.input();
                node.putObject("parameters").put("binary_data_size", size);
                request.putArray("inputs").add(node);
                sendBytes(request, tensor).isError();
            }
        }

        @Test
        void theDocumentsLengthThatDoesntFit() throws Exception {
            named();
            for (String length : List.of("999999999", "-1", "x", "3")) {
                target.post(path() + "/infer", JSON.writeValueAsBytes(request()), HEADER_LENGTH, length)
                        .isError();
            }
        }

        @Test
        void theRawRequest() throws Exception {
            named();
            var raw = target.raw();
            Answer answer = target.post("/v2/models/" + raw.getKey() + "/infer", raw.getValue(), HEADER_LENGTH, "0")
                    .isOk();
            JsonNode output = answer.document().path("outputs").get(0);
            assertThat(output.path("parameters").path("binary_data_size").asInt())
                    .isPositive();
        }

        @Test
        void compressedBodies() throws Exception {
            named();
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
                out.write(JSON.writeValueAsBytes(request()));
            }
            Answer answer = target.post(
                            path() + "/infer",
                            gzip.toByteArray(),
                            "Content-Encoding",
                            "gzip",
                            "Accept-Encoding",
                            "gzip")
                    .isOk();
            byte[] document = answer.header("Content-Encoding").equals("gzip")
                    ? new GZIPInputStream(
                                    new ByteArrayInputStream(answer.response().body()))
                            .readAllBytes()
                    : answer.response().body();
            assertThat(data(JSON.readTree(document)))
                    .isEqualTo(data(infer(request()).document()));
        }
    }

    @Nested
    class SchedulePolicy {
        @Test
        void priorityAndTimeoutAreTaken() throws Exception {
            target.assumeExtension("schedule_policy");
            ObjectNode request = request();
            request.putObject("parameters").put("priority", 1).put("timeout", 30_000_000);
            infer(request).isOk();
        }
    }

    @Nested
    class ModelRepository {
        private JsonNode index(String body) throws Exception {
            target.assumeExtension("model_repository");
            return target.post("/v2/repository/index", body.getBytes(StandardCharsets.UTF_8))
                    .isOk()
                    .document();
        }

        @Test
        void theIndexHasTheModel() throws Exception {
            for (String body : List.of("{}", "{\"ready\":true}")) {
                JsonNode index = index(body);
                assertThat(index.isArray()).isTrue();
                assertThat(index.findValuesAsText("name")).contains(target.model());
                for (JsonNode entry : index) {
                    assertThat(entry.path("state").asText("")).isIn("", "READY", "UNAVAILABLE", "LOADING", "UNLOADING");
                    assertThat(entry.path("reason").isTextual()
                                    || entry.path("reason").isMissingNode())
                            .isTrue();
                }
            }
        }

        @Test
        void aModelThatIsThereCanBeLoadedAgain() throws Exception {
            target.assumeExtension("model_repository");
            String load = "/v2/repository/models/" + target.model() + "/load";
            target.post(load, new byte[0], "Authorization", target.authorization())
                    .isOk();
            target.post(
                            load,
                            "{\"parameters\":{}}".getBytes(StandardCharsets.UTF_8),
                            "Authorization",
                            target.authorization())
                    .isOk();
            target.get(path() + "/ready").isOk();
        }

        @Test
        void aModelThatIsntThereCantBeLoaded() throws Exception {
            target.assumeExtension("model_repository");
            target.post(
                            "/v2/repository/models/no-such-model/load",
                            new byte[0],
                            "Authorization",
                            target.authorization())
                    .isError();
        }
    }

    @Nested
    class Statistics {
        @Test
        void countWhatWasAnswered() throws Exception {
            target.assumeExtension("statistics");
            long before =
                    own().path("inference_stats").path("success").path("count").asLong();
            infer(request()).isOk();
            JsonNode own = own();
            assertThat(own.path("name").asText()).isEqualTo(target.model());
            assertThat(own.path("last_inference").isIntegralNumber()).isTrue();
            assertThat(own.path("inference_count").asLong()).isPositive();
            assertThat(own.path("execution_count").asLong()).isPositive();
            for (String stage :
                    List.of("success", "fail", "queue", "compute_input", "compute_infer", "compute_output")) {
                JsonNode total = own.path("inference_stats").path(stage);
                assertThat(total.path("count").isIntegralNumber()).as(stage).isTrue();
                assertThat(total.path("ns").isIntegralNumber()).as(stage).isTrue();
            }
            assertThat(own.path("inference_stats").path("success").path("count").asLong())
                    .isGreaterThan(before);
            assertThat(own.path("batch_stats").isArray()).isTrue();
        }

        private JsonNode own() throws Exception {
            return target.get(path() + "/stats")
                    .isOk()
                    .document()
                    .path("model_stats")
                    .get(0);
        }

        @Test
        void areThereForAllModels() throws Exception {
            target.assumeExtension("statistics");
            assertThat(target.get("/v2/models/stats")
                            .isOk()
                            .document()
                            .path("model_stats")
                            .findValuesAsText("name"))
                    .contains(target.model());
        }
    }

    @Nested
    class ModelConfiguration {
        @Test
        void fitsTheMetadata() throws Exception {
            target.assumeExtension("model_configuration");
            JsonNode config = target.get(path() + "/config").isOk().document();
            assertThat(config.path("name").asText()).isEqualTo(target.model());
            JsonNode input = config.path("input").get(0);
            JsonNode metadata = target.metadata().path("inputs").get(0);
            assertThat(input.path("name")).isEqualTo(metadata.path("name"));
            boolean batched = config.path("max_batch_size").asInt() > 0;
            assertThat(input.path("dims").size() + (batched ? 1 : 0))
                    .isEqualTo(metadata.path("shape").size());
        }
    }
}
