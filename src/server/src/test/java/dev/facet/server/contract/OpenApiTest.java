package dev.facet.server.contract;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class OpenApiTest {
    @Test
    void everyOperationHasAnIdOfItsOwnASummaryATagAndErrors() throws IOException {
        JsonNode document = document();
        Set<String> ids = new HashSet<>();
        document.path("paths").properties().forEach(path -> {
            if (!path.getKey().startsWith("/v1/")) {
                return;
            }
            path.getValue().properties().forEach(operation -> {
                String where = operation.getKey() + " " + path.getKey();
                JsonNode value = operation.getValue();
                assertThat(ids.add(value.path("operationId").asText("")))
                        .as("operationId of %s", where)
                        .isTrue();
                assertThat(value.path("operationId").asText("")).as(where).isNotBlank();
                assertThat(value.path("summary").asText("")).as(where).isNotBlank();
                assertThat(value.path("tags").size()).as(where).isEqualTo(1);
                assertThat(value.path("responses").has("default")).as(where).isTrue();
            });
        });
    }

    @Test
    void everyKindAndRepresentationIsAnOperation() throws IOException {
        JsonNode paths = document().path("paths");
        for (String kind : TaskKind.IDS) {
            assertThat(paths.has("/v1/" + kind)).isTrue();
            for (Representation representation : Representation.values()) {
                JsonNode content = paths.path("/v1/" + kind + "." + representation.suffix())
                        .path("post")
                        .path("responses")
                        .path("200")
                        .path("content");
                assertThat(content.size()).isEqualTo(1);
                assertThat(content.has(representation.mediaType())).isTrue();
            }
        }
        assertThat(paths.has("/v1/{task}")).isFalse();
    }

    @Test
    void everyReferenceIsThere() throws IOException {
        JsonNode document = document();
        document.findValuesAsText("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void theExampleWorks() throws IOException {
        JsonNode example = document()
                .path("paths")
                .path("/v1/edges.png")
                .path("post")
                .path("requestBody")
                .path("content")
                .path("application/json")
                .path("example");
        given().contentType("application/json")
                .body(example.toString())
                .post("/v1/edges.png")
                .then()
                .statusCode(200)
                .contentType("image/png");
    }

    @Test
    void consoleAndPageAndProbesAreThere() {
        given().get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger"));
        given().get("/").then().statusCode(200).contentType("text/html").body(containsString("Facet"));
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
    }

    private static JsonNode document() throws IOException {
        return new ObjectMapper()
                .readTree(given().queryParam("format", "json")
                        .get("/q/openapi")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString());
    }
}
