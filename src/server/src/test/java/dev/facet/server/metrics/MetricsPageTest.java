package dev.facet.server.metrics;

import static dev.facet.server.testing.Uploads.managed;
import static dev.facet.server.testing.Uploads.put;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.core.PageTable;
import dev.facet.core.pack.PackWriter;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import dev.facet.server.testing.SyntheticModels;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/api.md lists the metrics that a server has which has answered. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class MetricsPageTest {
    private static final Pattern TYPE = Pattern.compile("^# TYPE (facet_\\w+) (\\w+)$", Pattern.MULTILINE);
    private static final byte[] SECOND =
            PackWriter.toBytes(SyntheticModels.pack("edges", "2", SyntheticModels.EDGES, 51));
    private static final Pattern VALUES = Pattern.compile("`(\\w+)` = (.*)");

    @Test
    void listsEveryMetricAndNoOther() throws IOException {
        put("edges/versions/2?activate=false", SECOND).status(201);
        managed()
                .body("{\"weights\": {\"1\": 100, \"2\": 0}}")
                .put("/v1/packs/edges/traffic")
                .then()
                .statusCode(200);
        // By its type a counter is told without the ending that its samples have.
        Set<String> served = TYPE.matcher(metrics())
                .results()
                .map(found ->
                        found.group(2).equals("counter") && !found.group(1).endsWith("_total")
                                ? found.group(1) + "_total"
                                : found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        managed().delete("/v1/packs/edges/versions/2").then().statusCode(204);
        // Beside each timer Micrometer shows the largest value of late.
        served.removeIf(name -> name.endsWith("_max") && served.contains(name.replaceFirst("_max$", "")));

        List<String> listed = rows().stream()
                .flatMap(row -> PageTable.code(row.get(0)).stream())
                .toList();

        assertThat(listed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(served);
    }

    @Test
    void listsTheValuesOfLabels() throws IOException {
        String metrics = metrics();
        int compared = 0;
        for (List<String> row : rows()) {
            Matcher values = VALUES.matcher(row.get(1));
            if (values.find()) {
                String label = values.group(1);
                String name = PageTable.code(row.get(0)).get(0);
                Set<String> served = all(
                        Pattern.compile("^%s\\w*\\{[^}]*\\b%s=\"([^\"]*)\"".formatted(name, label), Pattern.MULTILINE),
                        metrics);
                List<String> listed = PageTable.code(values.group(2));
                assertThat(served).as(name).isNotEmpty();
                if (label.equals("outcome")) {
                    // An outcome is there from the first request on that ended so.
                    assertThat(listed).as(name).containsAll(served);
                } else {
                    assertThat(listed).as(name).containsExactlyInAnyOrderElementsOf(served);
                }
                compared++;
            }
        }
        assertThat(compared).isEqualTo(5);
    }

    private static String metrics() {
        given().body(Images.image("jpg", 40, 56, 5))
                .contentType("image/jpeg")
                .post("/v1/edges")
                .then()
                .statusCode(200);
        return given().get("/metrics").then().statusCode(200).extract().asString();
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<List<String>> rows() throws IOException {
        return PageTable.rows("api.md", "metric", "labels");
    }
}
