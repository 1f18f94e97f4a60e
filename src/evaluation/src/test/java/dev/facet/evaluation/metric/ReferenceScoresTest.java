package dev.facet.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.facet.core.task.Depth;
import dev.facet.core.task.HumanParts;
import dev.facet.core.task.LabelClass;
import dev.facet.core.task.Normals;
import dev.facet.core.task.Saliency;
import dev.facet.core.task.Segmentation;
import dev.facet.core.task.TaskKind;
import dev.facet.evaluation.boundary.BoundaryOptions;
import dev.facet.evaluation.dataset.LabelFolder;
import dev.facet.evaluation.dataset.PredictionFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The reference's own scores for its own files. */
class ReferenceScoresTest {
    @Test
    void segmentationAgrees() throws Exception {
        Scorer scorer = scored("semseg", new Segmentation(classes(21)));
        compare("semseg", scorer, 1e-6);
        assertThat(scorer.scores()).hasSize(23).containsKey("IoU/class 3");
    }

    @Test
    void humanPartsAgreeAndPlainImagesAreSkipped() throws Exception {
        compare("human_parts", scored("human_parts", new HumanParts(classes(7))), 1e-6);
    }

    @Test
    void saliencyAgrees() throws Exception {
        compare("saliency", scored("sal", new Saliency()), 1e-6);
    }

    @Test
    void normalsAgree() throws Exception {
        compare("normals", scored("normals", new Normals("x right, y down, z forward")), 1e-5);
    }

    @Test
    void depthAgreesInParity() throws Exception {
        compare("depth", scored("depth", new Depth("metre", 0.001)), 1e-6);
    }

    private static void compare(String task, Scorer scorer, double tolerance) throws IOException {
        JsonNode expected;
        try (InputStream in = ReferenceScoresTest.class.getResourceAsStream("expected.json")) {
            expected = new ObjectMapper().readTree(in).get(task);
        }
        assertThat(expected.size()).isGreaterThanOrEqualTo(2);
        Map<String, Double> scores = scorer.scores();
        expected.properties().forEach(field -> {
            List<Double> actual = field.getValue().isArray()
                    ? scorer.curves().get(field.getKey())
                    : List.of(scores.get(field.getKey()));
            for (int i = 0; i < actual.size(); i++) {
                double value = (field.getValue().isArray() ? field.getValue().get(i) : field.getValue()).doubleValue();
                assertThat(actual.get(i)).as(field.getKey()).isCloseTo(value, within(Math.abs(value) * tolerance));
            }
        });
    }

    private static Scorer scored(String folder, TaskKind kind) throws URISyntaxException {
        Path root = Path.of(
                        ReferenceScoresTest.class.getResource("expected.json").toURI())
                .getParent();
        PredictionFolder files =
                PredictionFolder.open(kind, root.resolve("pred").resolve(folder));
        LabelFolder labels = LabelFolder.open(kind, root.resolve("gt").resolve(folder), files.ids(), false);
        assertThat(files.ids()).hasSize(5);
        Scorer scorer = Scorer.of(kind, new ScorerOptions(true, BoundaryOptions.STANDARD));
        files.ids().parallelStream().forEach(id -> scorer.add(id, files.prediction(id), labels.label(id)));
        return scorer;
    }

    private static List<LabelClass> classes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new LabelClass("class " + i, "#000000"))
                .toList();
    }
}
