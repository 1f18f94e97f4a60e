package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class MultiTaskResourceTest {
    private static final byte[] IMAGE = Images.image("png", 40, 60, 2);

    @Test
    void givesOnePartPerTaskNamedByItsPack() {
        String answer = new String(
                post("/v1/predict?tasks=edges,segmentation", "*/*")
                        .statusCode(200)
                        .header("Content-Type", startsWith("multipart/mixed; boundary="))
                        .extract()
                        .asByteArray(),
                StandardCharsets.ISO_8859_1);
        assertThat(answer)
                .contains("Content-Disposition: attachment; name=\"edges\"; filename=\"edges.png\"")
                .contains("Content-Disposition: attachment; name=\"segmentation\"; filename=\"segmentation.png\"")
                .contains("Facet-Pack-Digest: ");
    }

    @Test
    void aPartIsTheAnswerOfTheSingleCall() {
        byte[] single = post("/v1/depth", "image/png").extract().asByteArray();
        String base64 = post("/v1/predict.json?tasks=edges,depth", "*/*")
                .statusCode(200)
                .contentType("application/json")
                .body("parts[0].name", equalTo("edges"))
                .body("parts[1].mediaType", equalTo("image/png"))
                .body("parts[1].headers.'X-Depth-Unit'", equalTo("metre"))
                .extract()
                .path("parts[1].base64");
        assertThat(Base64.getDecoder().decode(base64)).isEqualTo(single);
    }

    @Test
    void unknownPixelsConcernThePartsThatHaveClasses() {
        byte[] single =
                post("/v1/segmentation.png?unknown=0.5", "*/*").extract().asByteArray();
        byte[] depth = post("/v1/depth", "image/png").extract().asByteArray();
        var path = post("/v1/predict.json?tasks=segmentation,depth&unknown=0.5", "*/*")
                .statusCode(200)
                .extract();
        assertThat(Base64.getDecoder().decode(path.<String>path("parts[0].base64")))
                .isEqualTo(single);
        assertThat(Base64.getDecoder().decode(path.<String>path("parts[1].base64")))
                .isEqualTo(depth);
        post("/v1/predict.json?tasks=edges,depth&unknown=0.5", "*/*")
                .statusCode(400)
                .body("parameter", equalTo("unknown"));
    }

    @Test
    void embedsPredictionsThatAreJson() {
        post("/v1/predict?tasks=edges&format=json", "application/json")
                .statusCode(200)
                .body("parts[0].prediction.height", equalTo(40));
    }

    @Test
    void packsAreNamedAsTheyWereAskedFor() throws IOException {
        byte[] zip = post("/v1/predict?packs=edges@1,depth&format=npy", "application/zip")
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray();
        assertThat(names(zip)).containsExactly("edges-1.npy", "depth.npy", "facet.json");
    }

    @Test
    void aTaskThatFailsIsAPartWithAProblem() throws IOException {
        post("/v1/predict.json?tasks=edges,normals", "*/*")
                .statusCode(200)
                .body("parts[0].base64", notNullValue())
                .body("parts[1].name", equalTo("normals"))
                .body("parts[1].problem.code", equalTo("UNKNOWN_PACK"))
                .body("parts[1].problem.status", equalTo(404));
        byte[] zip =
                post("/v1/predict.zip?tasks=edges,normals", "*/*").extract().asByteArray();
        assertThat(names(zip)).containsExactly("edges.png", "normals.problem.json", "facet.json");
    }

    @Test
    void whereEveryTaskFailsTheFirstFailureIsTheAnswer() {
        post("/v1/predict?tasks=normals,saliency", "*/*")
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("UNKNOWN_PACK"))
                .body("errors.size()", equalTo(2));
    }

    @Test
    void refusesCallsThatNameNothingOrTooMuch() {
        post("/v1/predict", "*/*").statusCode(400).body("code", equalTo("INVALID_PARAMETER"));
        post("/v1/predict?tasks=flow", "*/*").statusCode(404).body("code", equalTo("UNKNOWN_TASK"));
        post("/v1/predict?tasks=edges", "text/html").statusCode(406);
        post("/v1/predict.tar?tasks=edges", "*/*").statusCode(404);
        String different =
                IntStream.range(0, 20).mapToObj(number -> "pack-" + number).collect(Collectors.joining(","));
        post("/v1/predict?packs=" + different, "*/*").statusCode(400);
    }

    private static List<String> names(byte[] zip) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                assertThat(in.readAllBytes()).isNotEmpty();
                names.add(entry.getName());
            }
        }
        return names;
    }

    private static ValidatableResponse post(String path, String accept) {
        return given().body(IMAGE)
                .contentType("image/png")
                .accept(accept)
                .post(path)
                .then();
    }
}
