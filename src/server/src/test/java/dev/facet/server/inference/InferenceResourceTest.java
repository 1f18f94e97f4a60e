package dev.facet.server.inference;

import static dev.facet.server.testing.InferRequests.post;
import static dev.facet.server.testing.InferRequests.withImage;
import static dev.facet.server.testing.InferRequests.withTensor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.notNullValue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.InferRequests;
import dev.facet.server.testing.InferRequests.Answer;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class InferenceResourceTest {
    private static final String INFER = "/v2/models/edges/infer";
    private static final String IMAGE = "/v2/models/edges.image/infer";
    private static final String BINARY = "\"parameters\":{\"binary_data_output\":true},";
    private static final byte[] JPEG = Images.image("jpg", 60, 80, 3);
    private static final float[] VALUES = values(3 * 32 * 48);

    private static float[] values(int count) {
        SplittableRandom random = new SplittableRandom(5);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-2, 2);
        }
        return values;
    }

    private static byte[] tensor(String more) {
        return withTensor(more, VALUES, 1, 3, 32, 48);
    }

    @Test
    void saysWhatTheServerIs() {
        given().get("/v2")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("name", equalTo("facet"))
                .body("version", notNullValue())
                .body("extensions", hasItems("binary_tensor_data", "model_repository", "statistics"));
        given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        given().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
    }

    @Test
    void describesBothModelsOfAPack() {
        for (String address : List.of("/v2/models/segmentation", "/v2/models/segmentation/versions/1")) {
            given().get(address)
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("segmentation"))
                    .body("versions", contains("1"))
                    .body("platform", equalTo("facet_pack"))
                    .body("inputs.name", contains("image"))
                    .body("inputs[0].datatype", equalTo("FP32"))
                    .body("inputs[0].shape", contains(-1, 3, -1, -1))
                    .body("outputs.name", contains("output"))
                    .body("outputs[0].shape", contains(-1, 3, -1, -1))
                    .body("properties.'facet.input.mean'", equalTo("0.485 0.456 0.406"))
                    .body("properties.'facet.input.size'", equalTo("64"))
                    .body("properties.'facet.classes'", equalTo("background,cat,coffee cup"));
        }
        given().get("/v2/models/segmentation.image")
                .then()
                .statusCode(200)
                .body("name", equalTo("segmentation.image"))
                .body("inputs[0].datatype", equalTo("BYTES"))
                .body("inputs[0].shape", contains(1))
                .body("outputs[0].name", equalTo("prediction"));
        given().get("/v2/models/edges/config")
                .then()
                .statusCode(200)
                .body("max_batch_size", equalTo(256))
                .body("input[0].data_type", equalTo("TYPE_FP32"))
                .body("input[0].dims", contains(3, -1, -1))
                .body("parameters.'facet.task'.string_value", equalTo("edges"));
        given().get("/v2/models/edges.image/versions/1/config")
                .then()
                .statusCode(200)
                .body("max_batch_size", equalTo(0))
                .body("input[0].data_type", equalTo("TYPE_STRING"));
        given().get("/v2/models/edges/ready").then().statusCode(200).body("ready", equalTo(true));
        given().get("/v2/models/edges/versions/1/ready").then().statusCode(200).body("name", equalTo("edges"));
    }

    @Test
    void answersJsonWithTheNumbersThatItAnswersAsBytes() throws IOException {
        StringBuilder nested = new StringBuilder("[[");
        for (int channel = 0, at = 0; channel < 3; channel++) {
            nested.append(channel == 0 ? "[" : ",[");
            for (int y = 0; y < 32; y++) {
                nested.append(y == 0 ? "[" : ",[");
                for (int x = 0; x < 48; x++) {
                    nested.append(x == 0 ? "" : ",").append(VALUES[at++]);
                }
                nested.append("]");
            }
            nested.append("]");
        }
        String document =
                "{\"id\":\"42\",\"inputs\":[{\"data\":%s,\"name\":\"image\",\"shape\":[1,3,32,48],\"datatype\":\"FP32\"}],\"unknown\":[{}]}"
                        .formatted(nested.append("]]"));

        Answer json = post(INFER, document.getBytes(StandardCharsets.UTF_8), Map.of());

        float[] bytes = post(INFER, tensor(BINARY)).floats();
        assertThat(json.status()).as(json.document().toString()).isEqualTo(200);
        assertThat(json.header("Content-Type")).startsWith("application/json");
        assertThat(json.document().path("id").asText()).isEqualTo("42");
        assertThat(json.document().path("model_name").asText()).isEqualTo("edges");
        assertThat(json.document().path("model_version").asText()).isEqualTo("1");
        JsonNode output = json.document().at("/outputs/0");
        assertThat(output.path("name").asText()).isEqualTo("output");
        assertThat(output.path("datatype").asText()).isEqualTo("FP32");
        assertThat(output.path("shape").toString()).isEqualTo("[1,1,32,48]");
        float[] numbers = new ObjectMapper().treeToValue(output.path("data"), float[].class);
        assertThat(numbers).isEqualTo(bytes);
    }

    @Test
    void namesThePackThatAnswered() {
        Answer answer = post("/v2/models/edges/versions/1/infer", tensor("\"id\":\"a\","));
        assertThat(answer.document().at("/parameters/facet_pack_digest").asText())
                .isEqualTo(given().get("/v1/packs/edges").jsonPath().getString("versions[0].digest"))
                .isEqualTo(answer.header("Facet-Pack-Digest"));
        assertThat(answer.document().at("/parameters/facet_pack_version").asText())
                .isEqualTo("1");
        assertThat(answer.header("Server-Timing")).contains("compute;dur=");
    }

    @Test
    void anOutputSaysForItselfWhetherItComesAsBytes() {
        String asked = "\"outputs\":[{\"name\":\"output\",\"parameters\":{\"binary_data\":%s}}],";
        assertThat(post(INFER, tensor(asked.formatted(true))).bytes()).hasSize(32 * 48 * 4);
        Answer json = post(INFER, tensor(BINARY + asked.formatted(false)));
        assertThat(json.header("Inference-Header-Content-Length")).isEmpty();
        assertThat(json.document().at("/outputs/0/data").size()).isEqualTo(32 * 48);
        Answer all = post(INFER, tensor(BINARY + "\"outputs\":[{\"name\":\"output\"}],"));
        assertThat(all.document().at("/outputs/0/parameters/binary_data_size").asInt())
                .isEqualTo(32 * 48 * 4);
        assertThat(all.header("Content-Length"))
                .isEqualTo(Integer.toString(all.response().body().length));
    }

    @Test
    void takesAnImageAsBytesAsTextAndAlone() {
        byte[] png = given().contentType("image/jpeg")
                .body(JPEG)
                .post("/v1/edges.png")
                .asByteArray();
        assertThat(post(IMAGE, withImage(BINARY, JPEG)).bytes()).isEqualTo(InferRequests.element(png));

        Answer raw = post(IMAGE, JPEG, Map.of("Inference-Header-Content-Length", "0"));
        assertThat(raw.bytes()).isEqualTo(InferRequests.element(png));
        assertThat(raw.document().at("/outputs/0/parameters/content_type").asText())
                .isEqualTo("image/png");

        String document = "{\"inputs\":[{\"name\":\"image\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"%s\"]}]}"
                .formatted(Base64.getEncoder().encodeToString(JPEG));
        Answer text = post(IMAGE, document.getBytes(StandardCharsets.UTF_8), Map.of());
        assertThat(Base64.getDecoder()
                        .decode(text.document().at("/outputs/0/data/0").asText()))
                .isEqualTo(png);
        assertThat(text.document().at("/outputs/0/parameters/encoding").asText())
                .isEqualTo("base64");
    }

    @Test
    void theParametersOfPredictionsAreThoseOfImages() {
        String more = "\"parameters\":{\"format\":\"npy\",\"side\":32,\"binary_data_output\":true},";
        byte[] npy = given().contentType("image/jpeg")
                .queryParam("side", 32)
                .body(JPEG)
                .post("/v1/edges.npy")
                .asByteArray();
        Answer answer = post(IMAGE, withImage(more, JPEG));
        assertThat(answer.bytes()).isEqualTo(InferRequests.element(npy));
        assertThat(answer.document().at("/outputs/0/parameters/X-Answer-Size").asText())
                .isEqualTo("24,32");

        Answer json = post(IMAGE, withImage("\"parameters\":{\"format\":\"json\",\"threshold\":0.25},", JPEG));
        assertThat(json.document().at("/outputs/0/data/0").asText()).contains("\"threshold\":0.25");
        refused(IMAGE, withImage("\"parameters\":{\"treshold\":0.25},", JPEG), 400, "INVALID_PARAMETER", "treshold");
    }

    @Test
    void readsAndWritesCompressedBodies() throws IOException {
        byte[] body = tensor(BINARY);
        String length = Integer.toString(body.length - VALUES.length * 4);
        byte[] plain = post(INFER, body).bytes();
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(body);
        }
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
            out.write(body);
        }

        Answer sent = post(
                INFER,
                gzip.toByteArray(),
                Map.of(
                        "Content-Encoding",
                        "gzip",
                        "Inference-Header-Content-Length",
                        length,
                        "Accept-Encoding",
                        "gzip"));
        assertThat(sent.header("Content-Encoding")).isEqualTo("gzip");
        byte[] answer =
                new GZIPInputStream(new ByteArrayInputStream(sent.response().body())).readAllBytes();
        assertThat(Arrays.copyOfRange(
                        answer, Integer.parseInt(sent.header("Inference-Header-Content-Length")), answer.length))
                .isEqualTo(plain);

        Answer other = post(
                INFER,
                deflated.toByteArray(),
                Map.of("Content-Encoding", "deflate", "Inference-Header-Content-Length", length));
        assertThat(other.bytes()).isEqualTo(plain);

        // Numbers hardly get smaller, and most clients name several codings without meaning it.
        Answer several = post(
                INFER, body, Map.of("Inference-Header-Content-Length", length, "Accept-Encoding", "gzip, deflate, br"));
        assertThat(several.header("Content-Encoding")).isEmpty();
        byte[] asText = tensor("");
        Answer json = post(
                INFER,
                asText,
                Map.of(
                        "Inference-Header-Content-Length",
                        Integer.toString(asText.length - VALUES.length * 4),
                        "Accept-Encoding",
                        "br, deflate, gzip;q=0.5"));
        assertThat(json.header("Content-Encoding")).isEqualTo("deflate");
        assertThat(new String(
                        new InflaterInputStream(
                                        new ByteArrayInputStream(json.response().body()))
                                .readAllBytes(),
                        StandardCharsets.UTF_8))
                .contains("\"data\":[");
    }

    @Test
    void inflatesNoMoreThanABodyMayHave() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        Answer answer = post(INFER, gzip.toByteArray(), Map.of("Content-Encoding", "gzip"));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.document().path("error").asText()).contains("body too large");
    }

    @Test
    void timeoutIsInMicroseconds() {
        refused(INFER, tensor("\"parameters\":{\"timeout\":1},"), 504, "DEADLINE_EXCEEDED", "deadline");
        assertThat(post(INFER, tensor("\"parameters\":{\"timeout\":20000000,\"priority\":1},"))
                        .status())
                .isEqualTo(200);
        refused(INFER, tensor("\"parameters\":{\"timeout\":-1},"), 400, "INVALID_PARAMETER", "timeout");
        refused(INFER, tensor("\"parameters\":{\"priority\":\"high\"},"), 400, "INVALID_PARAMETER", "priority");
    }

    @Test
    void parametersOfOtherServersArePassedOver() {
        assertThat(post(
                                INFER,
                                tensor(
                                        "\"parameters\":{\"triton_enable_empty_final_response\":true,\"headers\":\"a\"},"))
                        .status())
                .isEqualTo(200);
        refused(INFER, tensor("\"parameters\":{\"sequence_id\":1},"), 400, "INVALID_PARAMETER", "sequence_id");
    }

    @Test
    void saysWhatIsWrongWithATensor() {
        float[] few = Arrays.copyOf(VALUES, 100);
        refused(INFER, withTensor("", VALUES, 1, 3, 48), 400, "INVALID_TENSOR", "[batch, 3, height, width]");
        refused(INFER, withTensor("", VALUES, 1, 1, 96, 48), 400, "INVALID_TENSOR", "shape=[1, 1, 96, 48]");
        refused(INFER, withTensor("", VALUES, 1, 3, -1, 48), 400, "INVALID_TENSOR", "shape");
        refused(INFER, withTensor("", VALUES, 4611686018427387904L, 3, 2, 1), 400, "INVALID_TENSOR", "shape");
        refused(INFER, withTensor("", VALUES, 2147483647, 3, 2147483647, 2147483647), 400, "INVALID_TENSOR", "shape");
        refused(INFER, withTensor("", few, 1, 3, 32, 48), 400, "INVALID_TENSOR", "values=100, expected 4608");
        refused(INFER, replaced("FP32", "FP64"), 400, "INVALID_TENSOR", "datatype='FP64', expected FP32");
        refused(INFER, replaced("\"image\"", "\"picture\""), 400, "INVALID_TENSOR", "inputs=[picture]");
        refused(INFER, replaced(":18432", ":18430"), 400, "INVALID_TENSOR", "bytes");
        refused(INFER, replaced(":18432", ":99999"), 400, "INVALID_TENSOR", "bytes left=18432");
        refused(INFER, replaced(":18432", ":-4"), 400, "INVALID_PARAMETER", "binary_data_size");
        refused(INFER, tensor("\"outputs\":[{\"name\":\"logits\"}],"), 400, "INVALID_TENSOR", "outputs=[logits]");
        refused(INFER, withTensor("", values(3 * 1100 * 2), 1, 3, 1100, 2), 413, "TOO_MANY_PIXELS", "at most 1024");
        refused(INFER, withTensor("", values(3 * 300), 300, 3, 1, 1), 400, "INVALID_PARAMETER", "at most 256");
        float[] spoiled = VALUES.clone();
        spoiled[4000] = Float.NaN;
        refused(INFER, withTensor("", spoiled, 1, 3, 32, 48), 400, "INVALID_TENSOR", "finite");
        spoiled[4000] = Float.NEGATIVE_INFINITY;
        refused(INFER, withTensor("", spoiled, 1, 3, 32, 48), 400, "INVALID_TENSOR", "finite");
        refused(IMAGE, withImage("", "no image".getBytes(StandardCharsets.UTF_8)), 415, "UNSUPPORTED_FORMAT", "");
        refused(IMAGE, tensor(""), 400, "INVALID_TENSOR", "datatype='FP32', expected BYTES");
    }

    private static byte[] replaced(String text, String by) {
        String document = new String(tensor(""), StandardCharsets.ISO_8859_1).replace(text, by);
        return document.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void saysWhatIsWrongWithABody() {
        for (String body : List.of(
                "",
                "[]",
                "{",
                "{}",
                "{\"inputs\":{}}",
                "{\"inputs\":[1]}",
                "{\"inputs\":[{}]}",
                "{\"inputs\":[{\"name\":1}]}",
                "{\"inputs\":[],\"inputs\":[]}",
                "{\"id\":7,\"inputs\":[]}",
                "{\"inputs\":[]} more",
                "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1.5],\"data\":[1]}]}")) {
            refused(INFER, body, Map.of(), 400, "INVALID_BODY");
        }
        refused(INFER, "{\"inputs\":[]}", Map.of(), 400, "INVALID_TENSOR");
        for (String data : List.of("[true]", "[null]", "[{}]", "1", "[\"a\"]")) {
            String body = "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":%s}]}";
            refused(INFER, body.formatted(data), Map.of(), 400, "INVALID_TENSOR");
        }
        String one = "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":%s}]}";
        for (String data : List.of("[1]", "[\"!\"]", "[\"YQ==\",\"YQ==\"]", "[]")) {
            refused(IMAGE, one.formatted(data), Map.of(), 400, "INVALID_TENSOR");
        }
        Map<String, String> tooLong = Map.of("Inference-Header-Content-Length", "100000");
        refused(INFER, "{\"inputs\":[]}", tooLong, 400, "INVALID_HEADER");
        refused(INFER, "abc", Map.of("Inference-Header-Content-Length", "x"), 400, "INVALID_HEADER");
        refused(INFER, "abc", Map.of("Inference-Header-Content-Length", "0"), 400, "INVALID_TENSOR");
        refused(INFER, "abc", Map.of("Content-Encoding", "br"), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused(INFER, "abc", Map.of("Content-Encoding", "gzip"), 400, "INVALID_BODY");
    }

    @Test
    void anUnknownModelOrVersionIs404WithTheProtocolsError() {
        for (String path : List.of(
                "/v2/models/nobody",
                "/v2/models/nobody/ready",
                "/v2/models/Nobody",
                "/v2/models/edges.jpeg/config",
                "/v2/models/edges/versions/7",
                "/v2/models/edges/versions/x/ready",
                "/v2/models/nobody/stats",
                "/v2/nothing",
                "/v2/models")) {
            given().get(path)
                    .then()
                    .statusCode(404)
                    .contentType("application/json")
                    .body("error", notNullValue())
                    .body("status", equalTo(404));
        }
        refused("/v2/models/nobody/infer", tensor(""), 404, "UNKNOWN_PACK", "nobody");
        refused("/v2/models/edges/versions/7/infer", tensor(""), 404, "UNKNOWN_PACK", "edges@7");
        given().get(INFER)
                .then()
                .statusCode(405)
                .header("Allow", equalTo("POST, OPTIONS"))
                .body("error", containsString("expected POST"));
    }

    @Test
    void countsWhatAModelAnswered() {
        long before = counted("success");
        long failedBefore = counted("fail");
        post(INFER, withTensor("", values(3 * 3 * 32 * 32), 3, 3, 32, 32));
        refused(INFER, withTensor("", VALUES, 1, 3, 48), 400, "INVALID_TENSOR", "");

        assertThat(counted("success")).isEqualTo(before + 1);
        assertThat(counted("fail")).isEqualTo(failedBefore + 1);
        given().get("/v2/models/stats")
                .then()
                .statusCode(200)
                .body("model_stats.name", hasItems("edges", "edges.image", "depth"));
        JsonNode own = post("/v2/models/depth/infer", tensor("")).document();
        assertThat(own.path("model_name").asText()).isEqualTo("depth");
        given().get("/v2/models/depth/versions/1/stats")
                .then()
                .body("model_stats[0].inference_count", equalTo(1))
                .body("model_stats[0].batch_stats[0].batch_size", equalTo(1))
                .body("model_stats[0].inference_stats.compute_infer.count", equalTo(1));
        assertThat(given().get("/metrics").asString())
                .contains("facet_requests_total{kind=\"depth\",outcome=\"ok\",pack=\"depth\",version=\"1\"}");
    }

    private static long counted(String outcome) {
        return given().get("/v2/models/edges/stats")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("model_stats[0].inference_stats.%s.count".formatted(outcome));
    }

    @Test
    void theNumbersAreThoseOfFloats() {
        // A value that Float.toString writes with an exponent is a number of JSON all the same.
        float[] tiny = new float[3 * 16 * 16];
        Arrays.fill(tiny, 1e-9f);
        JsonNode data =
                post(INFER, withTensor("", tiny, 1, 3, 16, 16)).document().at("/outputs/0/data");
        assertThat((double) data.get(0).floatValue()).isCloseTo(data.get(0).doubleValue(), within(1e-6));
    }

    private static void refused(String path, byte[] body, int status, String code, String detail) {
        Answer answer = post(path, body);
        assertThat(answer.status()).as(answer.document().toString()).isEqualTo(status);
        assertThat(answer.document().path("code").asText()).isEqualTo(code);
        assertThat(answer.document().path("error").asText()).contains(detail);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
    }

    private static void refused(String path, String body, Map<String, String> headers, int status, String code) {
        Answer answer = post(path, body.getBytes(StandardCharsets.UTF_8), headers);
        assertThat(answer.status()).as("%s: %s", body, answer.document()).isEqualTo(status);
        assertThat(answer.document().path("code").asText())
                .as("%s: %s", body, answer.document())
                .isEqualTo(code);
        assertThat(answer.document().path("error").asText()).isNotBlank();
    }
}
