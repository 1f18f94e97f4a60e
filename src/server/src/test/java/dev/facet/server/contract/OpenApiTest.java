package dev.facet.server.contract;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.encoding.Representation;
import dev.facet.core.task.TaskKind;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void everyOperationHasAnIdOfItsOwnASummaryAndATag() throws IOException {
        JsonNode document = document();
        Set<String> ids = new HashSet<>();
        Set<String> tags = new HashSet<>(document.path("tags").findValuesAsText("name"));
        operations(document, (where, operation) -> {
            assertThat(operation.path("operationId").asText("")).as(where).isNotBlank();
            assertThat(ids.add(operation.path("operationId").asText("")))
                    .as("operationId of %s", where)
                    .isTrue();
            assertThat(operation.path("summary").asText("")).as(where).isNotBlank();
            assertThat(operation.path("tags").size()).as(where).isEqualTo(1);
            assertThat(tags).as(where).contains(operation.path("tags").path(0).asText());
        });
    }

    /** No {@code default}, behind which a status could hide that nobody thought of. */
    @Test
    void everyOperationNamesItsErrorsWithTheSchemaOfProblems() throws IOException {
        JsonNode document = document();
        operations(document, (where, operation) -> {
            assertThat(names(operation.path("responses")))
                    .as(where)
                    .contains("400", "401", "403", "406", "408", "413", "429", "500", "503")
                    .doesNotContain("default");
            operation.path("responses").properties().forEach(response -> {
                if (response.getKey().startsWith("4") || response.getKey().startsWith("5")) {
                    JsonNode problem = resolved(document, response.getValue())
                            .path("content")
                            .path("application/problem+json");
                    assertThat(problem.path("schema").path("$ref").asText())
                            .as("%s, status %s", where, response.getKey())
                            .isEqualTo("#/components/schemas/Problem");
                }
            });
        });
    }

    @Test
    void predictionsComeFirst() throws IOException {
        JsonNode document = document();
        List<String> paths = names(document.path("paths"));
        assertThat(paths.subList(0, TaskKind.IDS.size()))
                .containsExactlyElementsOf(
                        TaskKind.IDS.stream().map(kind -> "/v1/" + kind).toList());
        assertThat(document.path("tags").findValuesAsText("name"))
                .startsWith("Predictions", "Several tasks", "Predictions as PNG")
                .endsWith("Bank", "Packs");
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
                assertThat(names(content)).containsExactly(representation.mediaType());
            }
        }
        assertThat(paths.has("/v1/{task}")).isFalse();
    }

    /** Generators make one parameter of such a body, and a class that nobody writes of any other. */
    @Test
    void everyBodyHasOneForm() throws IOException {
        JsonNode document = document();
        operations(document, (where, operation) -> {
            JsonNode content = resolved(document, operation.path("requestBody")).path("content");
            Set<JsonNode> schemas = new HashSet<>();
            content.properties().forEach(type -> schemas.add(type.getValue().path("schema")));
            assertThat(schemas).as(where).hasSizeLessThanOrEqualTo(1);
        });
        JsonNode image = resolved(
                        document,
                        document.path("paths").path("/v1/edges").path("post").path("requestBody"))
                .path("content");
        assertThat(names(image)).startsWith("image/jpeg", "image/png").contains("application/octet-stream");
        assertThat(image.path("image/jpeg").path("schema"))
                .isEqualTo(JSON.readTree("{\"type\": \"string\", \"format\": \"binary\"}"));
    }

    @Test
    void everyObjectHasAName() throws IOException {
        JsonNode document = document();
        List<JsonNode> inline = new ArrayList<>();
        document.path("components")
                .path("schemas")
                .forEach(named -> named.forEach(inside -> inline.addAll(inside.findParents("properties"))));
        inline.removeIf(node -> !node.path("type").asText().equals("object"));
        inline.addAll(document.path("paths").findParents("properties"));
        assertThat(inline).isEmpty();
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
    void everyDocumentHasAnExampleOfItsSchema() throws IOException {
        JsonNode document = document();
        SchemaCheck check = new SchemaCheck(document);
        operations(document, (where, operation) -> {
            List<JsonNode> contents = new ArrayList<>();
            contents.add(resolved(document, operation.path("requestBody")).path("content"));
            operation
                    .path("responses")
                    .forEach(response ->
                            contents.add(resolved(document, response).path("content")));
            for (JsonNode content : contents) {
                content.properties().forEach(type -> {
                    if (type.getKey().endsWith("json")
                            && type.getValue().path("schema").has("$ref")) {
                        assertThat(type.getValue().has("example")).as(where).isTrue();
                        assertThat(check.faults(
                                        type.getValue().path("schema"),
                                        type.getValue().path("example")))
                                .as(where)
                                .isEmpty();
                    }
                });
            }
        });
    }

    @Test
    void whatIsAnsweredIsWhatItsSchemaSays() throws IOException {
        JsonNode document = document();
        SchemaCheck check = new SchemaCheck(document);
        for (String path : List.of("/v1/bank", "/v1/packs", "/v1/defaults")) {
            assertThat(check.faults(schema(document, path, "get"), get(path)))
                    .as(path)
                    .isEmpty();
        }
        get("/v1/packs").path("packs").forEach(pack -> {
            String name = "/v1/packs/" + pack.path("name").asText();
            assertThat(check.faults(schema(document, "/v1/packs/{name}", "get"), get(name)))
                    .as(name)
                    .isEmpty();
        });
        for (String kind : names(get("/v1/defaults"))) {
            String path = "/v1/" + kind + ".json";
            JsonNode answer = read(given().contentType("image/png")
                    .body(Images.image("png", 48, 64, 1))
                    .post(path)
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString());
            assertThat(check.faults(schema(document, path, "post"), answer))
                    .as(path)
                    .isEmpty();
        }
    }

    private static JsonNode schema(JsonNode document, String path, String method) {
        return document.path("paths")
                .path(path)
                .path(method)
                .path("responses")
                .path("200")
                .path("content")
                .path("application/json")
                .path("schema");
    }

    @Test
    void consoleAndPageAndProbesAreThere() {
        given().get("/q/swagger-ui/").then().statusCode(200).body(containsString("swagger"));
        given().get("/").then().statusCode(200).contentType("text/html").body(containsString("Facet"));
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/ready").then().statusCode(200).body("status", equalTo("UP"));
        given().get("/q/health/started").then().statusCode(200).body("status", equalTo("UP"));
    }

    private static void operations(JsonNode document, BiConsumer<String, JsonNode> check) {
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(operation ->
                                check.accept(operation.getKey() + " " + path.getKey(), operation.getValue())));
    }

    private static JsonNode resolved(JsonNode document, JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static JsonNode document() throws IOException {
        return get("/q/openapi?format=json");
    }

    private static JsonNode get(String path) {
        return read(given().get(path).then().statusCode(200).extract().asString());
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
