package dev.facet.server.prediction;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import dev.facet.core.image.ImageLimits;
import dev.facet.core.image.SampleReader;
import dev.facet.core.npy.NpyReader;
import dev.facet.core.pack.PackWriter;
import dev.facet.core.task.Depth;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pack of inverse depth beside one of distances: every form of an answer says which it is. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class InverseDepthTest {
    private static final byte[] IMAGE = Images.image("jpg", 50, 70, 2);
    private static final String[] FORMS = {
        "depth.png?pack=near",
        "depth.npy?pack=near",
        "depth.bin?pack=near",
        "depth.json?pack=near",
        "depth.jpg?pack=near",
        "depth.png?pack=near&render=turbo",
        "depth.jpg?pack=near&render=magma"
    };

    @BeforeEach
    void plug() {
        put("near/versions/1", PackWriter.toBytes(SyntheticModels.pack("near", "1", Depth.INVERSE, 17)))
                .status(201);
    }

    @AfterEach
    void unplug() {
        managed().delete("/v1/packs/near/versions/1").then().statusCode(204);
    }

    private static ValidatableResponse post(String call) {
        return given().contentType("image/jpeg").body(IMAGE).post("/v1/" + call).then();
    }

    @Test
    void everyFormNamesItsQuantity() {
        for (String form : FORMS) {
            Response near = post(form).statusCode(200).extract().response();
            assertThat(near.header("X-Depth-Quantity")).as(form).isEqualTo("inverse-depth");
            assertThat(near.headers().hasHeaderWithName("X-Depth-Unit"))
                    .as(form)
                    .isFalse();
            assertThat(near.headers().hasHeaderWithName("X-Depth-Scale"))
                    .as(form)
                    .isFalse();
            post(form.replace("pack=near", "pack=depth"))
                    .header("X-Depth-Quantity", "distance")
                    .header("X-Depth-Unit", "metre");
        }
        post("depth.json?pack=near").body("quantity", equalTo("inverse-depth")).body("$", not(hasKey("unit")));
        post("depth.json").body("quantity", equalTo("distance")).body("unit", equalTo("metre"));
        post("predict.json?packs=near,depth&format=npy")
                .statusCode(200)
                .body("parts[0].headers.'X-Depth-Quantity'", equalTo("inverse-depth"))
                .body("parts[1].headers.'X-Depth-Quantity'", equalTo("distance"));
        given().get("/v1/packs")
                .then()
                .body("packs.find { it.name == 'near' }.parameters.quantity", equalTo("inverse-depth"))
                .body("packs.find { it.name == 'depth' }.parameters.unit", equalTo("metre"));
    }

    @Test
    void thePngAndItsRangeGiveTheValuesBack() throws Exception {
        Response png = post("depth.png?pack=near").statusCode(200).extract().response();
        String[] range = png.header("X-Depth-Range").split(",");
        float min = Float.parseFloat(range[0]);
        float max = Float.parseFloat(range[1]);
        char[] samples =
                SampleReader.read(png.asByteArray(), ImageLimits.DEFAULT).values();
        float[] values = NpyReader.read(post("depth.npy?pack=near").extract().asByteArray())
                .toFloatArray();
        assertThat(samples).hasSameSizeAs(values).contains((char) 0, (char) 65535);
        for (int i = 0; i < values.length; i++) {
            assertThat(min + (max - min) * samples[i] / 65535).isCloseTo(values[i], within((max - min) / 65535));
        }
    }

    @Test
    void tilesAreRefusedInWordsAndAnotherSizeIsNot() {
        post("depth?pack=near&tile=64")
                .statusCode(400)
                .body("code", equalTo("INVALID_PARAMETER"))
                .body("parameter", equalTo("tile"))
                .body("detail", containsString("each tile has a scale and a shift of its own"));
        post("depth?pack=near&side=30").statusCode(200).header("X-Answer-Size", "21,30");
    }
}
