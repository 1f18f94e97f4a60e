package dev.facet.server.metrics;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.SharedData;
import dev.facet.server.testing.Await;
import dev.facet.server.testing.Images;
import dev.facet.server.testing.ModelsResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the dashboard and the alerts under deploy/ ask for is there on a server that has answered. */
@QuarkusTest
@QuarkusTestResource(ModelsResource.class)
class DeployedFilesTest {
    private static final Path DEPLOY = SharedData.root().resolve("deploy");
    private static final Pattern METRIC = Pattern.compile("\\b((?:facet|jvm|process|system|http)_[a-z_]+)(\\{[^}]*})?");
    private static final Pattern MATCHED = Pattern.compile("([a-z_]+)=~?\"");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on) \\(([a-z_, ]+)\\)");
    private static final Pattern SAMPLE = Pattern.compile("^([a-z_]+)(?:\\{(.*)})? \\S+$", Pattern.MULTILINE);
    /** What Prometheus itself adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    /** The labels of each metric that is served. */
    private static Map<String, Set<String>> served() {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(given().get("/metrics").asString());
        while (sample.find()) {
            Set<String> own = labels.computeIfAbsent(sample.group(1), absent -> new TreeSet<>(OF_PROMETHEUS));
            if (sample.group(2) != null) {
                MATCHED.matcher(sample.group(2)).results().forEach(found -> own.add(found.group(1)));
            }
        }
        return labels;
    }

    private static void check(List<String> expressions) throws InterruptedException {
        given().body(Images.image("jpg", 40, 56, 5))
                .contentType("image/jpeg")
                .post("/v1/edges")
                .then()
                .statusCode(200);
        Map<String, Set<String>> served = Await.until(
                DeployedFilesTest::served, labels -> labels.containsKey("facet_stage_duration_seconds_bucket"));
        for (String expression : expressions) {
            Matcher metric = METRIC.matcher(expression);
            Set<String> known = new TreeSet<>();
            int metrics = 0;
            while (metric.find()) {
                assertThat(served).as(expression).containsKey(metric.group(1));
                known.addAll(served.get(metric.group(1)));
                if (metric.group(2) != null) {
                    MATCHED.matcher(metric.group(2))
                            .results()
                            .forEach(label -> assertThat(served.get(metric.group(1)))
                                    .as(expression)
                                    .contains(label.group(1)));
                }
                metrics++;
            }
            assertThat(metrics).as(expression).isPositive();
            GROUPED.matcher(expression)
                    .results()
                    .flatMap(labels -> Pattern.compile(", ").splitAsStream(labels.group(1)))
                    .forEach(label -> assertThat(known).as(expression).contains(label));
        }
    }

    @Test
    void theDashboardAsksForWhatThereIs() throws Exception {
        JsonNode dashboard =
                new ObjectMapper().readTree(DEPLOY.resolve("grafana/facet.json").toFile());
        List<String> expressions = new ArrayList<>();
        Set<Integer> ids = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt()))
                    .as(panel.get("title").asText())
                    .isTrue();
            for (JsonNode target : panel.path("targets")) {
                expressions.add(target.get("expr").asText());
            }
        }
        for (JsonNode variable : dashboard.at("/templating/list")) {
            if (variable.has("definition")) {
                expressions.add(variable.get("definition").asText());
            }
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        check(expressions);
    }

    @Test
    void theAlertsAskForWhatThereIs() throws Exception {
        List<String> expressions = expressions(Files.readString(DEPLOY.resolve("prometheus/facet-alerts.yml")));
        assertThat(expressions).hasSizeGreaterThan(5);
        // Prometheus itself says whether a server can be reached.
        assertThat(expressions.remove("up{job=\"facet\"} == 0")).isTrue();
        check(expressions);
    }

    /** Of rules whose expressions stand on the line of their key or, indented, below it. */
    private static List<String> expressions(String rules) throws IOException {
        List<String> expressions = new ArrayList<>();
        Matcher found = Pattern.compile("^ +expr: (?:\\|\\n((?: {10,}.*\\n)+)|(.*)$)", Pattern.MULTILINE)
                .matcher(rules);
        while (found.find()) {
            expressions.add(
                    found.group(1) == null ? found.group(2) : found.group(1).strip());
        }
        return expressions;
    }
}
