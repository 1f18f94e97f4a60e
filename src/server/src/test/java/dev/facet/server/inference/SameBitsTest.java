package dev.facet.server.inference;

import static dev.facet.server.testing.InferRequests.post;
import static dev.facet.server.testing.InferRequests.withImage;
import static dev.facet.server.testing.InferRequests.withTensor;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facet.core.image.PngWriter;
import dev.facet.core.pack.PackException;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.TaskKind;
import dev.facet.server.testing.InferRequests;
import dev.facet.server.testing.InferRequests.Answer;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import dev.facet.server.testing.Uploads;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tensor gets the bits that its image gets, however the pack is executed. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class SameBitsTest {
    private static final String MORE = "\"parameters\":{\"binary_data_output\":true},";
    private static final int SIDE = 64;

    /** To quantize a pack takes seconds. */
    private static final Map<String, byte[]> QUANTIZED = new HashMap<>();

    private String plugged = "";

    @AfterEach
    void unplug() {
        if (!plugged.isEmpty()) {
            Uploads.managed()
                    .delete("/v1/packs/%s/versions/1".formatted(plugged))
                    .then()
                    .statusCode(204);
        }
    }

    private static byte[] png(int height, int width, long seed) {
        byte[] rgb = new byte[height * width * 3];
        new SplittableRandom(seed).nextBytes(rgb);
        return PngWriter.rgb8(height, width, rgb, Map.of());
    }

    private void plug(String name, TaskKind task, String plan) {
        byte[] file = plan.equals("int8")
                ? QUANTIZED.computeIfAbsent(name, absent -> quantized(name, task))
                : PackWriter.toBytes(SyntheticModels.pack(name, "1", task, 31));
        Uploads.put(name + "/versions/1?plan=" + plan, file).status(201);
        plugged = name;
    }

    private static byte[] quantized(String name, TaskKind task) {
        try {
            return PackWriter.toBytes(SyntheticModels.quantized(
                    SyntheticModels.pack(name, "1", task, 31), SyntheticModels.calibration()));
        } catch (PackException e) {
            assumeTrue(false, e.getMessage());
            throw e;
        }
    }

    private static byte[] v1(String kind, String pack, byte[] image, Object... parameters) {
        var request = given().contentType("image/png").queryParam("pack", pack);
        for (int i = 0; i < parameters.length; i += 2) {
            request.queryParam((String) parameters[i], parameters[i + 1]);
        }
        return request.body(image)
                .post("/v1/" + kind + ".bin")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"factored", "merged", "int8"})
    void logitsOfAnImageOfTheNetworksSize(String plan) {
        plug("planned-edges", SyntheticModels.EDGES, plan);
        byte[] image = png(SIDE, SIDE, 1);

        Answer answer = post(
                "/v2/models/planned-edges/infer",
                withTensor(MORE, InferRequests.tensor(image, SIDE), 1, 3, SIDE, SIDE));

        assertThat(answer.document().at("/parameters/facet_pack_plan").asText()).isEqualTo(plan);
        assertThat(answer.bytes()).isEqualTo(v1("edges", "planned-edges", image, "raw", "logits"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"factored", "merged", "int8"})
    void logitsOfALargeImageAtTheNetworksSize(String plan) {
        plug("planned-classes", SyntheticModels.SEGMENTATION, plan);
        byte[] image = png(3 * SIDE, 4 * SIDE, 2);

        Answer answer = post(
                "/v2/models/planned-classes/infer",
                withTensor(MORE, InferRequests.tensor(image, SIDE), 1, 3, SIDE * 3 / 4, SIDE));

        assertThat(answer.document().at("/outputs/0/shape").toString())
                .isEqualTo("[1,3,%d,%d]".formatted(SIDE * 3 / 4, SIDE));
        assertThat(answer.bytes())
                .isEqualTo(v1("segmentation", "planned-classes", image, "raw", "logits", "side", SIDE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"factored", "merged", "int8"})
    void unitNormals(String plan) {
        plug("planned-normals", SyntheticModels.NORMALS, plan);
        byte[] image = png(SIDE, SIDE, 3);

        float[] planes = post(
                        "/v2/models/planned-normals/infer",
                        withTensor(MORE, InferRequests.tensor(image, SIDE), 1, 3, SIDE, SIDE))
                .floats();

        float[] pixels = InferRequests.floats(v1("normals", "planned-normals", image));
        float[] turned = new float[pixels.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i % 3 * SIDE * SIDE + i / 3] = pixels[i];
        }
        assertThat(planes).isEqualTo(turned);
    }

    @ParameterizedTest
    @ValueSource(strings = {"factored", "merged", "int8"})
    void anImageOfABatchGetsTheAnswerThatItGetsAlone(String plan) {
        plug("planned-edges", SyntheticModels.EDGES, plan);
        int values = 3 * 48 * 32;
        float[] batch = new float[3 * values];
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < batch.length; i++) {
            batch[i] = (float) random.nextDouble(-2, 2);
        }

        byte[] together = post("/v2/models/planned-edges/infer", withTensor(MORE, batch, 3, 3, 48, 32))
                .bytes();

        for (int i = 0; i < 3; i++) {
            float[] image = Arrays.copyOfRange(batch, i * values, (i + 1) * values);
            byte[] alone = post("/v2/models/planned-edges/infer", withTensor(MORE, image, 1, 3, 48, 32))
                    .bytes();
            assertThat(Arrays.copyOfRange(together, i * alone.length, (i + 1) * alone.length))
                    .isEqualTo(alone);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"factored", "merged", "int8"})
    void anImagesFileGetsTheEncodedPrediction(String plan) {
        plug("planned-edges", SyntheticModels.EDGES, plan);
        byte[] image = png(90, 120, 5);

        byte[] answer = post("/v2/models/planned-edges.image/infer", withImage(MORE, image))
                .bytes();

        byte[] png = given().contentType("image/png")
                .queryParam("pack", "planned-edges")
                .body(image)
                .post("/v1/edges.png")
                .asByteArray();
        assertThat(answer).isEqualTo(InferRequests.element(png));
    }
}
