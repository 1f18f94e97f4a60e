package dev.facet.server.http;

import static dev.facet.server.testing.Uploads.managed;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Web pages of other origins, as browsers ask for them. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
@TestProfile(CorsTest.OneOrigin.class)
class CorsTest {
    private static final String PAGE = "https://app.example";
    private static final String OTHER = "https://other.example";
    private static final String VERSION = "/v1/packs/edges/versions/1";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";

    public static final class OneOrigin implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.http.cors.enabled", "true",
                    "quarkus.http.cors.origins", PAGE + ",/https://[0-9]+\\.preview\\.example/",
                    "quarkus.http.cors.exposed-headers", "Facet-Pack-Digest");
        }
    }

    private static RequestSpecification preflight(String origin, String method, String headers) {
        return given().header("Origin", origin)
                .header("Access-Control-Request-Method", method)
                .header("Access-Control-Request-Headers", headers);
    }

    @Test
    void aPageMayAskForUploadsWithTheKeyAndForPredictions() {
        preflight(PAGE, "PUT", "authorization,content-digest")
                .options(VERSION)
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, PAGE)
                .header("Access-Control-Allow-Methods", containsString("PUT"))
                .header("Access-Control-Allow-Headers", containsString("authorization"));
        preflight(PAGE, "POST", "content-type")
                .options("/v1/edges.png")
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, PAGE)
                .header("Access-Control-Allow-Methods", containsString("POST"));
    }

    @Test
    void aPageOfAnotherOriginMayNot() {
        preflight(OTHER, "PUT", "authorization")
                .options(VERSION)
                .then()
                .statusCode(403)
                .header(ALLOW_ORIGIN, nullValue())
                .contentType("application/problem+json")
                .body("code", equalTo("ORIGIN_NOT_ALLOWED"));
        given().header("Origin", OTHER)
                .body(Images.image("jpg", 40, 56, 5))
                .contentType("image/jpeg")
                .post("/v1/edges")
                .then()
                .statusCode(403)
                .header(ALLOW_ORIGIN, nullValue())
                .header("X-Request-Id", notNullValue())
                .contentType("application/problem+json")
                .body("code", equalTo("ORIGIN_NOT_ALLOWED"))
                .body(
                        "detail",
                        equalTo("web pages of this origin may not call the server: Origin='https://other.example',"
                                + " expected one of quarkus.http.cors.origins"));
        given().header("Origin", "null")
                .get("/v1/packs")
                .then()
                .statusCode(403)
                .body("code", equalTo("ORIGIN_NOT_ALLOWED"));
    }

    @Test
    void aPageOfTheServerItselfAndAPatternAreAllowed() {
        String own = "http://localhost:" + RestAssured.port;
        given().header("Origin", own).get("/v1/packs").then().statusCode(200);
        given().header("Origin", "https://7.preview.example")
                .get("/v1/packs")
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, "https://7.preview.example");
        given().header("Origin", "https://7.preview.example.org")
                .get("/v1/packs")
                .then()
                .statusCode(403);
    }

    @Test
    void aPageReadsAnswersAndTheHeadersThatAreExposed() {
        given().header("Origin", PAGE)
                .body(Images.image("jpg", 40, 56, 5))
                .contentType("image/jpeg")
                .post("/v1/edges")
                .then()
                .statusCode(200)
                .header(ALLOW_ORIGIN, PAGE)
                .header("Access-Control-Expose-Headers", "Facet-Pack-Digest")
                .header("Facet-Pack-Digest", notNullValue());
    }

    @Test
    void aPageReadsWhyItIsRefusedAndTheKeyIsStillWanted() {
        given().header("Origin", PAGE)
                .body(new byte[9])
                .put(VERSION)
                .then()
                .statusCode(401)
                .header(ALLOW_ORIGIN, PAGE)
                .body("code", equalTo("UNAUTHORIZED"));
        managed()
                .header("Origin", PAGE)
                .body(new byte[9])
                .put(VERSION)
                .then()
                .statusCode(422)
                .header(ALLOW_ORIGIN, PAGE)
                .body("code", equalTo("BAD_FILE"));
    }

    @Test
    void whoAsksWithoutAnOriginGetsTheMethodsOfTheAddress() {
        given().options(VERSION)
                .then()
                .statusCode(204)
                .header("Allow", "GET, HEAD, PUT, DELETE, OPTIONS")
                .header(ALLOW_ORIGIN, nullValue());
    }
}
