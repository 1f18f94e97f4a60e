package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;

import dev.facet.core.npy.NpyReader;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class PredictionResourceTest {
    private static final byte[] IMAGE = Images.image("jpg", 50, 70, 1);

    @Test
    void answersAnImageWithAPictureOfItsOwnSize() throws IOException {
        byte[] answer = post("/v1/edges", "image/png")
                .statusCode(200)
                .contentType("image/png")
                .header("Facet-Task", "edges")
                .header("Facet-Pack", "edges")
                .header("Facet-Pack-Version", "1")
                .header("Facet-Pack-Digest", matchesPattern("[0-9a-f]{64}"))
                .header("Server-Timing", containsString("compute;dur="))
                .header("Vary", "Accept")
                .header("X-Request-Id", notNullValue())
                .header("Content-Length", notNullValue())
                .extract()
                .asByteArray();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(answer));
        assertThat(picture.getHeight()).isEqualTo(50);
        assertThat(picture.getWidth()).isEqualTo(70);
        assertThat(picture.getRaster().getNumBands()).isEqualTo(1);
    }

    @Test
    void answersTheSameBytesAgain() {
        byte[] first = post("/v1/segmentation", "image/png").extract().asByteArray();
        byte[] second = post("/v1/segmentation", "image/png").extract().asByteArray();
        assertThat(second).isEqualTo(first);
    }

    @Test
    void acceptDecidesAmongRepresentations() {
        post("/v1/edges", "application/json").statusCode(200).contentType("application/json");
        post("/v1/edges", "application/x-npy").statusCode(200).contentType("application/x-npy");
        post("/v1/edges", "application/octet-stream").statusCode(200).contentType("application/octet-stream");
        post("/v1/edges", "image/jpeg").statusCode(200).contentType("image/jpeg");
        post("/v1/edges", "image/png;q=0.1, application/json;q=0.2").contentType("application/json");
        post("/v1/edges", "text/html,*/*;q=0.8").contentType("image/png");
        post("/v1/edges", "text/html")
                .statusCode(406)
                .contentType("application/problem+json")
                .body("code", equalTo("NOT_ACCEPTABLE"))
                .body("offered", hasItem("image/png"));
    }

    @Test
    void theAddressOrTheFormatDecideWithoutAccept() {
        post("/v1/edges.json", "image/png").statusCode(200).contentType("application/json");
        post("/v1/edges?format=npy", "image/png").statusCode(200).contentType("application/x-npy");
        post("/v1/edges.npy?format=png", "*/*").statusCode(400).body("parameter", equalTo("format"));
        post("/v1/edges?format=gif", "*/*").statusCode(400).body("parameter", equalTo("format"));
        post("/v1/edges.gif", "*/*").statusCode(404).body("code", equalTo("NOT_FOUND"));
    }

    @Test
    void givesArraysWithTheirShape() throws IOException {
        byte[] depth = post("/v1/depth.npy", "*/*").statusCode(200).extract().asByteArray();
        assertThat(NpyReader.read(depth).shape().extents()).containsExactly(50, 70);
        byte[] ids = post("/v1/segmentation.bin", "*/*")
                .header("X-Tensor-Shape", "50,70")
                .header("X-Tensor-Type", "uint8")
                .extract()
                .asByteArray();
        assertThat(ids).hasSize(3500);
        byte[] logits = post("/v1/segmentation.npy?raw=logits", "*/*")
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(NpyReader.read(logits).shape().extents()).containsExactly(3, 50, 70);
        post("/v1/segmentation.png?raw=logits", "*/*").statusCode(400);
    }

    @Test
    void givesDepthItsUnit() {
        post("/v1/depth", "image/png").header("X-Depth-Unit", "metre").header("X-Depth-Scale", "0.001");
        post("/v1/depth.json", "*/*").body("unit", equalTo("metre")).body("height", equalTo(50));
        post("/v1/depth?render=turbo", "*/*").statusCode(200).contentType("image/png");
        post("/v1/edges?render=turbo", "*/*").statusCode(400).body("parameter", equalTo("render"));
        post("/v1/segmentation?render=overlay&alpha=0.3", "image/jpeg")
                .statusCode(200)
                .contentType("image/jpeg");
        post("/v1/segmentation.npy?render=overlay", "*/*").statusCode(400);
    }

    @Test
    void leavesPixelsUnknownWhoseBestClassIsLessLikely() throws IOException {
        byte[] ids = post("/v1/segmentation.bin", "*/*").extract().asByteArray();
        byte[] none = post("/v1/segmentation.bin?unknown=0", "*/*")
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(none).isEqualTo(ids);
        byte[] logits = post("/v1/segmentation.bin?raw=logits", "*/*").extract().asByteArray();
        double least = median(logits);
        byte[] some = post("/v1/segmentation.bin?unknown=" + least, "*/*")
                .statusCode(200)
                .extract()
                .asByteArray();
        int unknown = 0;
        for (int i = 0; i < ids.length; i++) {
            boolean left = some[i] == (byte) 255;
            unknown += left ? 1 : 0;
            assertThat(left || some[i] == ids[i]).isTrue();
        }
        assertThat(unknown).isBetween(ids.length * 2 / 5, ids.length * 3 / 5);
        post("/v1/segmentation.json?unknown=" + least, "*/*")
                .statusCode(200)
                .body("unknown", equalTo((float) least))
                .body("classes.find { it.id == 255 }.name", equalTo("unknown"))
                .body("classes.find { it.id == 255 }.pixels", equalTo(unknown));
        byte[] png = post("/v1/segmentation.png?unknown=" + least, "*/*")
                .statusCode(200)
                .extract()
                .asByteArray();
        int[] samples =
                ImageIO.read(new ByteArrayInputStream(png)).getRaster().getSamples(0, 0, 70, 50, 0, (int[]) null);
        for (int i = 0; i < samples.length; i++) {
            assertThat(samples[i]).isEqualTo(some[i] & 0xFF);
        }
        post("/v1/segmentation.npy?tile=64&unknown=" + least, "*/*").statusCode(200);
        post("/v1/segmentation?render=overlay&unknown=1", "image/jpeg").statusCode(200);
    }

    /** Of the probabilities of the pixels' best classes, by softmax over three logits each. */
    private static double median(byte[] logits) {
        FloatBuffer values =
                ByteBuffer.wrap(logits).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        int pixels = values.remaining() / 3;
        double[] best = new double[pixels];
        for (int pixel = 0; pixel < pixels; pixel++) {
            double highest =
                    Math.max(values.get(pixel), Math.max(values.get(pixels + pixel), values.get(2 * pixels + pixel)));
            double sum = 0;
            for (int id = 0; id < 3; id++) {
                sum += Math.exp(values.get(id * pixels + pixel) - highest);
            }
            best[pixel] = 1 / sum;
        }
        Arrays.sort(best);
        return best[pixels / 2];
    }

    @Test
    void refusesUnknownWhereItSaysNothing() {
        for (String value : new String[] {"2", "-0.1", "NaN", "half", ""}) {
            post("/v1/segmentation?unknown=" + value, "*/*")
                    .statusCode(400)
                    .body("code", equalTo("INVALID_PARAMETER"))
                    .body("parameter", equalTo("unknown"))
                    .body("detail", containsString("a number from 0 to 1"));
        }
        post("/v1/edges?unknown=0.5", "*/*")
                .statusCode(400)
                .body("parameter", equalTo("unknown"))
                .body("detail", containsString("only segmentation and human-parts have classes"));
        post("/v1/segmentation.npy?raw=logits&unknown=0.5", "*/*")
                .statusCode(400)
                .body("parameter", equalTo("unknown"));
    }

    @Test
    void givesSixteenBitsUnderTheNewNameAndTheOldOne() throws IOException {
        byte[] picture =
                post("/v1/edges.png?bits=16", "*/*").statusCode(200).extract().asByteArray();
        assertThat(ImageIO.read(new ByteArrayInputStream(picture))
                        .getColorModel()
                        .getPixelSize())
                .isEqualTo(16);
        assertThat(post("/v1/edges.png?depth=16", "*/*").extract().asByteArray())
                .isEqualTo(picture);
    }

    @Test
    void takesFormsAndJson() {
        byte[] raw = post("/v1/edges", "image/png").extract().asByteArray();
        byte[] form = given().multiPart("file", "image.jpg", IMAGE, "image/jpeg")
                .post("/v1/edges")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        byte[] json = given().contentType("application/json")
                .body("{\"image\":{\"type\":\"base64\",\"value\":\"%s\"}}"
                        .formatted(Base64.getEncoder().encodeToString(IMAGE)))
                .post("/v1/edges")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertThat(form).isEqualTo(raw);
        assertThat(json).isEqualTo(raw);
    }

    @Test
    void theChosenPackAnswers() {
        post("/v1/edges?pack=edges", "*/*").statusCode(200).header("Facet-Pack", "edges");
        post("/v1/edges?pack=edges@1", "*/*").statusCode(200).header("Facet-Pack-Version", "1");
        post("/v1/edges?pack=edges@2", "*/*").statusCode(404).body("code", equalTo("UNKNOWN_PACK"));
        post("/v1/edges?pack=nothing", "*/*").statusCode(404).body("detail", containsString("edges"));
        post("/v1/edges?pack=depth", "*/*").statusCode(400).body("code", equalTo("WRONG_KIND"));
        post("/v1/edges?pack=Edges", "*/*").statusCode(400).body("parameter", equalTo("pack"));
        post("/v1/normals", "*/*").statusCode(404).body("code", equalTo("UNKNOWN_PACK"));
    }

    @Test
    void refusesParametersThatItDoesNotUnderstand() {
        post("/v1/edges?tiles=256", "*/*").statusCode(400).body("code", equalTo("INVALID_PARAMETER"));
        post("/v1/edges?alpha=2", "*/*").statusCode(400).body("parameter", equalTo("alpha"));
        post("/v1/edges?threshold=NaN", "*/*").statusCode(400).body("parameter", equalTo("threshold"));
        post("/v1/edges?bits=12", "*/*").statusCode(400).body("parameter", equalTo("bits"));
        post("/v1/edges?bits=16&depth=16", "*/*").statusCode(400);
        post("/v1/edges?priority=-1", "*/*").statusCode(400).body("parameter", equalTo("priority"));
        post("/v1/edges?timeout=soon", "*/*").statusCode(400).body("parameter", equalTo("timeout"));
        post("/v1/edges?pack=edges&pack=depth", "*/*").statusCode(400).body("parameter", equalTo("pack"));
    }

    @Test
    void answersNothingAfterTheTimeout() {
        post("/v1/edges?timeout=0ms", "*/*").statusCode(504).body("code", equalTo("DEADLINE_EXCEEDED"));
        post("/v1/edges?timeout=20s&priority=1", "*/*").statusCode(200);
    }

    @Test
    void namesTheTasksThereAreWhenOneIsUnknown() {
        post("/v1/flow", "*/*")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("UNKNOWN_TASK"))
                .body("status", equalTo(404))
                .body("instance", equalTo("/v1/flow"))
                .body("detail", containsString("segmentation"));
    }

    @Test
    void answersBadImagesWithAProblem() {
        bad(new byte[0], "image/jpeg", 400, "EMPTY");
        bad("GIF89a and more".getBytes(StandardCharsets.UTF_8), "image/jpeg", 415, "UNSUPPORTED_FORMAT");
        bad(
                "\0\0\0\030ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.UTF_8),
                "image/heic",
                415,
                "UNSUPPORTED_FORMAT");
        bad(IMAGE, "text/plain", 415, "UNSUPPORTED_MEDIA_TYPE");
        bad(Arrays.copyOf(IMAGE, IMAGE.length / 2), "image/jpeg", 422, "CORRUPT");
        bad("{}".getBytes(StandardCharsets.UTF_8), "application/json", 400, "INVALID_BODY");
    }

    @Test
    void countsAndTimesItsAnswers() {
        post("/v1/depth", "*/*").statusCode(200);
        String metrics =
                given().get("/metrics").then().statusCode(200).extract().asString();
        assertThat(metrics)
                .containsPattern(
                        "facet_requests_total\\{kind=\"depth\",outcome=\"ok\",pack=\"depth\",version=\"1\"[^}]*} [1-9]")
                .contains("facet_stage_duration_seconds_bucket{pack=\"depth\",stage=\"compute\",version=\"1\"")
                .contains("facet_prediction_duration_seconds_bucket{kind=\"depth\",pack=\"depth\"")
                .contains("facet_memory_held_bytes")
                .contains("facet_queue_depth")
                .containsPattern(
                        "facet_pack_resident\\{digest=\"[0-9a-f]{64}\",kind=\"edges\",pack=\"edges\",plan=\"factored\"")
                .contains("facet_pack_bytes")
                .contains("facet_pack_load_seconds")
                .contains("facet_pack_events_total{event=\"plugged\"")
                .contains("facet_bank_bytes")
                .contains("facet_build_info");
        given().get("/q/metrics").then().statusCode(200).body(containsString("facet_bank_bytes"));
    }

    @Test
    void countsFailuresUnderThePackThatWasToAnswer() {
        bad(Arrays.copyOf(IMAGE, IMAGE.length / 2), "image/jpeg", 422, "CORRUPT");
        post("/v1/edges?timeout=0ms", "*/*").statusCode(504);
        post("/v1/edges?pack=depth", "*/*").statusCode(400);
        String metrics = given().get("/metrics").asString();
        assertThat(metrics)
                .containsPattern("facet_requests_total\\{kind=\"edges\",outcome=\"invalid\",pack=\"edges\"[^}]*} [1-9]")
                .containsPattern("facet_requests_total\\{kind=\"edges\",outcome=\"timeout\",pack=\"edges\"[^}]*} [1-9]")
                .containsPattern("facet_requests_total\\{kind=\"edges\",outcome=\"invalid\",pack=\"\"[^}]*} [1-9]");
    }

    @Test
    void keepsTheClientsRequestId() {
        given().header("X-Request-Id", "mine-7")
                .body(IMAGE)
                .contentType("image/jpeg")
                .post("/v1/nothing")
                .then()
                .header("X-Request-Id", "mine-7")
                .body("requestId", equalTo("mine-7"));
        given().header("X-Request-Id", "not <plain>")
                .get("/v1/nothing")
                .then()
                .body("requestId.length()", greaterThan(8));
    }

    private static void bad(byte[] body, String contentType, int status, String code) {
        given().body(body)
                .contentType(contentType)
                .post("/v1/edges")
                .then()
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code))
                .body("status", equalTo(status))
                .body("requestId", notNullValue());
    }

    private static ValidatableResponse post(String path, String accept) {
        return given().body(IMAGE)
                .contentType("image/jpeg")
                .accept(accept)
                .post(path)
                .then();
    }
}
