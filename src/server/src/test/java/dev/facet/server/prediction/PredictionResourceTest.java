package dev.facet.server.prediction;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;

import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.Photos;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class PredictionResourceTest {
    private static final byte[] PHOTO = Photos.photo("jpg", 50, 70, 1);

    @Test
    void answersAPhotoWithAPictureOfItsOwnSize() throws IOException {
        byte[] answer = given().body(PHOTO)
                .contentType("image/jpeg")
                .accept("image/png")
                .post("/v1/edges")
                .then()
                .statusCode(200)
                .contentType("image/png")
                .header("Facet-Pack", "edges")
                .header("Facet-Pack-Version", "1")
                .header("Facet-Pack-Digest", matchesPattern("[0-9a-f]{64}"))
                .header("Server-Timing", containsString("compute;dur="))
                .extract()
                .asByteArray();
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(answer));
        assertThat(picture.getHeight()).isEqualTo(50);
        assertThat(picture.getWidth()).isEqualTo(70);
    }

    @Test
    void namesTheTasksThereAreWhenOneIsUnknown() {
        given().body(PHOTO)
                .contentType("image/jpeg")
                .post("/v1/flow")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("code", equalTo("UNKNOWN_TASK"))
                .body("detail", containsString("segmentation"));
    }
}
