package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import dev.facet.core.npy.NpyReader;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of another size, and in tiles, over HTTP. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(ResolutionTest.FewTiles.class)
class ResolutionTest {
    private static final byte[] IMAGE = Images.image("jpg", 150, 200, 1);

    public static final class FewTiles implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "facet.limits.tiles", "20",
                    "facet.limits.tile-size", "256",
                    "facet.limits.image-pixels", "1000000");
        }
    }

    private static ValidatableResponse post(String path) {
        return given().contentType("image/jpeg").body(IMAGE).post(path).then();
    }

    private static byte[] bytes(String path) {
        return post(path).statusCode(200).extract().asByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"segmentation", "depth", "edges"})
    void everyFormAnswersInTheSizeThatIsAskedFor(String kind) throws IOException {
        for (String query : new String[] {"side=100", "tile=96&overlap=16&side=100"}) {
            for (String form : new String[] {"png", "jpg"}) {
                byte[] picture = post("/v1/%s.%s?%s".formatted(kind, form, query))
                        .statusCode(200)
                        .header("X-Answer-Size", "75,100")
                        .extract()
                        .asByteArray();
                BufferedImage read = ImageIO.read(new ByteArrayInputStream(picture));
                assertThat(read.getHeight()).isEqualTo(75);
                assertThat(read.getWidth()).isEqualTo(100);
            }
            assertThat(NpyReader.read(bytes("/v1/%s.npy?%s".formatted(kind, query)))
                            .shape()
                            .extents())
                    .startsWith(75, 100);
            post("/v1/%s.json?%s".formatted(kind, query))
                    .statusCode(200)
                    .body("height", equalTo(75))
                    .body("width", equalTo(100));
            post("/v1/%s.bin?raw=logits&%s".formatted(kind, query))
                    .statusCode(200)
                    .header("X-Tensor-Shape", containsString(",75,100"));
        }
    }

    @Test
    void anAnswerSaysItsSize() {
        post("/v1/edges").header("X-Answer-Size", "150,200");
        post("/v1/edges?tile=96").statusCode(200).header("X-Answer-Size", "150,200");
        post("/v1/edges.npy?side=64").header("X-Answer-Size", "48,64");
    }

    @Test
    void theImagesOwnSideChangesNothing() {
        assertThat(bytes("/v1/depth?side=200")).isEqualTo(bytes("/v1/depth"));
        assertThat(bytes("/v1/depth?tile=96&overlap=16&side=200")).isEqualTo(bytes("/v1/depth?tile=96&overlap=16"));
        // The usual overlap is a quarter.
        assertThat(bytes("/v1/depth?tile=64&overlap=16")).isEqualTo(bytes("/v1/depth?tile=64"));
    }

    @Test
    void severalTasksAreAnsweredInTilesAtOnce() {
        post("/v1/predict.json?tasks=edges,depth&tile=96&format=json&side=50")
                .statusCode(200)
                .body("parts.size()", equalTo(2))
                .body(containsString("\"width\":50"));
    }

    @ParameterizedTest
    @CsvSource({
        "side=15,side,at least 16",
        "side=abc,side,in pixels",
        "side=-20,side,in pixels",
        "side=1155,side,16..1154 for an image of height=150",
        "tile=100,tile,a multiple of 16 from 64 on",
        "tile=48,tile,a multiple of 16 from 64 on",
        "tile=0x40,tile,a multiple of 16 from 64 on",
        "tile=272,tile,a multiple of 16 from 64 to 256",
        "tile=96&overlap=8,overlap,a multiple of 16 from 0 to 48",
        "tile=96&overlap=64,overlap,a multiple of 16 from 0 to 48",
        "overlap=16,overlap,none without tile",
        "tile=64&overlap=32,tile,would be 24 tiles"
    })
    void whatDoesNotGoWithTheImageIsRefused(String query, String parameter, String expected) {
        post("/v1/edges?" + query)
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo("INVALID_PARAMETER"))
                .body("parameter", equalTo(parameter))
                .body("detail", containsString(expected));
    }
}
