package dev.facet.server.http;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** One request in the forms that clients and proxies give it. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class RequestFormsTest {
    private static final byte[] IMAGE = Images.image("jpg", 50, 70, 1);
    private static final RestAssuredConfig AS_IT_IS = RestAssured.config()
            .encoderConfig(EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false));

    @Test
    void readsCompressedBodies() throws IOException {
        byte[] plain = image(IMAGE).post("/v1/edges").asByteArray();
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(IMAGE);
        }
        ByteArrayOutputStream deflate = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(deflate)) {
            out.write(IMAGE);
        }
        assertThat(image(gzip.toByteArray())
                        .header("Content-Encoding", "gzip")
                        .post("/v1/edges")
                        .asByteArray())
                .isEqualTo(plain);
        assertThat(image(deflate.toByteArray())
                        .header("Content-Encoding", "deflate")
                        .post("/v1/predict.zip?tasks=edges")
                        .statusCode())
                .isEqualTo(200);
        image(IMAGE)
                .header("Content-Encoding", "br")
                .post("/v1/edges")
                .then()
                .statusCode(415)
                .body("code", equalTo("UNSUPPORTED_MEDIA_TYPE"));
    }

    @Test
    void refusesABodyThatInflatesWithoutEnd() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bomb)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 50; i++) {
                out.write(zeros);
            }
        }
        assertThat(bomb.size()).isLessThan(100_000);
        image(bomb.toByteArray())
                .header("Content-Encoding", "gzip")
                .post("/v1/edges")
                .then()
                .statusCode(413)
                .body("code", equalTo("BODY_TOO_LARGE"));
    }

    @Test
    void packsAreSentAsTheyAre() {
        byte[] pack = PackWriter.toBytes(SyntheticModels.pack("edges", "8", SyntheticModels.EDGES, 71));
        put("edges/versions/8", pack, "Content-Encoding", "gzip").status(415).code("UNSUPPORTED_ENCODING");
    }

    @Test
    void aSlashAtTheEndIsTheSameAddress() {
        image(IMAGE).post("/v1/edges/").then().statusCode(200);
        image(IMAGE).post("/v1/predict/?tasks=edges").then().statusCode(200);
        // More than a document may have, and less than an image.
        image(new byte[3 << 20]).post("/v1/edges/").then().statusCode(415);
        given().get("/v1/packs/").then().statusCode(200);
        given().get("/v1/edges/").then().statusCode(405).header("Allow", "POST, OPTIONS");
        given().options("/v1/packs/").then().statusCode(204).header("Allow", "GET, HEAD, OPTIONS");
        byte[] pack = PackWriter.toBytes(SyntheticModels.pack("slash", "1", SyntheticModels.EDGES, 73));
        put("slash/versions/1/", pack).status(201);
        managed().delete("/v1/packs/slash/versions/1/").then().statusCode(204);
    }

    @Test
    void aDocumentIsSmall() {
        managed()
                .body(new byte[2 << 20])
                .post("/v1/packs/edges/activate")
                .then()
                .statusCode(413)
                .body("code", equalTo("BODY_TOO_LARGE"));
    }

    @Test
    void readsAllLinesOfAccept() {
        image(IMAGE)
                .header("Accept", "text/html")
                .header("Accept", "application/json;q=0.5")
                .header("Accept", "application/x-npy")
                .post("/v1/edges")
                .then()
                .statusCode(200)
                .contentType("application/x-npy");
    }

    @Test
    void keepsConnectionsOpenAfterAnswersWithoutABody() {
        given().get("/v1/packs").then().header("Connection", equalTo(null));
        given().get("/v1/packs/nothing").then().statusCode(404).header("Connection", equalTo(null));
        given().get("/nothing").then().statusCode(404).header("Connection", equalTo(null));
    }

    private static RequestSpecification image(byte[] body) {
        return given().config(AS_IT_IS).contentType("image/jpeg").body(body);
    }
}
